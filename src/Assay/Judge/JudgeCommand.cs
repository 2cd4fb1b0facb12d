using System.CommandLine;
using Assay.Judgments.Git;

namespace Assay.Judge;

/// <summary>
/// <c>assay judge</c>: writes down a decision while it is made, and finds it again. docs/judge.md tells it with examples.
/// </summary>
internal static class JudgeCommand
{
    public static Command Create(JudgeSite? site = null)
    {
        var where = site ?? JudgeSite.Real();
        var command = new Command("judge", """
            Write down a decision, or find one (docs/judge.md).

            In one line:
              assay judge "Leases, not a lock per call" --overrode "Redis lock" --because "one more thing to run" \
                --rejected "A lock table: every call waits for one row" --confidence 70

            With questions, in a terminal: assay judge
            """);
        EntryCommand.AddTo(command, where);
        command.Add(ListCommand.Create(where));
        command.Add(ShowCommand.Create(where));
        command.Add(SearchCommand.Create(where));
        command.Add(ChainCommand.Create(where));
        command.Add(AcceptCommand.Create(where));
        command.Add(ReviewCommand.Create(where));
        command.Add(SupersedeCommand.Create(where));
        command.Add(CheckVerb.Create(where));
        command.Add(VerifyCommand.Create(where));
        command.Add(ExportCommand.Create(where));
        command.Add(ImportCommand.Create(where));
        command.Add(PushCommand.Create(where));
        command.Add(PullCommand.Create(where));
        command.Add(InitCommand.Create(where));
        command.Add(HookCommand.Create(where));
        command.Add(SchemaCommand.Create(where));
        return command;
    }

    /// <summary>What a person can mend, as opposed to a bug.</summary>
    public static bool IsForAPerson(Exception fault) => fault is JudgeException or GitException or IOException or UnauthorizedAccessException;

    /// <summary>Runs an action and turns what a person can mend into one line and exit code 2.</summary>
    public static void Run(this Command command, JudgeSite site, Func<ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                return await action(parsed, cancellation);
            }
            catch (Exception fault) when (IsForAPerson(fault))
            {
                await site.Error.WriteLineAsync($"assay {(command.Name == "mcp" ? "mcp" : "judge")}: {fault.Message}");
                return 2;
            }
        });
}
