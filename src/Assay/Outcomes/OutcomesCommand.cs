using System.CommandLine;
using Assay.Outcomes.Evaluation;

namespace Assay.Outcomes;

/// <summary><c>assay outcomes</c>: what came of the spend.</summary>
internal static class OutcomesCommand
{
    public static Command Create() => new("outcomes", "What came of the spend.") { EvaluateCommand.Create(), ScanCommand.Create() };
}
