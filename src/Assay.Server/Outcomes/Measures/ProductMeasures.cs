using Assay.Outcomes.Measures;
using Assay.Server.Console.Figures;

namespace Assay.Server.Outcomes.Measures;

/// <summary>That something came out of it that the world accepted, and how long it lasts.</summary>
internal static class ProductMeasures
{
    private const double DayMs = 24.0 * 60 * 60 * 1000;

    public static IEnumerable<Measure> Of(MeasureFacts facts)
    {
        var accepted = facts.Outcomes.Count(o => o.State.AcceptedMs is { } at && at >= facts.FromMs && at < facts.ToMs);
        yield return new Measure
        {
            Id = "agenticWorkUnits",
            Name = "Agentic work units, accepted",
            Label = MeasureLabel.WorkProduct,
            Unit = MeasureUnit.Count,
            Value = accepted == 0 ? null : facts.AcceptedWithEvidence,
            Basis = accepted == 0 ? ""
                : $"of {Say.Many(accepted, "accepted outcome", "accepted outcomes")}, those that calls are proved or declared for. Counted as others do it, one for each prompt or tool call, it would be {Say.Count(facts.Requests)}",
            Weakness = "A unit can be of any size: splitting work raises it. That it was accepted does not say that it lasted.",
            Missing = accepted == 0 ? "No source yet: outcomes come from webhooks, a scan of a repository or POST /api/v1/outcomes." : "",
        };
        yield return Survival(facts, 14);
        yield return Survival(facts, 30);
    }

    private static Measure Survival(MeasureFacts facts, int days)
    {
        var survival = LineSurvival.At(days, facts.Lasting.Select(o => new AcceptedLines(o.LinesAdded!.Value, Days(facts, o), o.State.RevertedMs is not null)));
        return new Measure
        {
            Id = $"lineSurvival{days}",
            Name = $"Line survival at {days} days",
            Label = MeasureLabel.WorkProduct,
            Unit = MeasureUnit.Share,
            Value = survival.Share,
            Interval = survival.Share is null ? null : survival.Interval,
            Basis = survival.Share is null ? ""
                : $"{Say.Count(survival.Lines)} lines of {Say.Many(survival.Changes, "change", "changes")} accepted in the 60 days before the end; the interval is that of changes",
            Weakness = "Only changes that were taken back as a whole are seen to die, so it is an upper bound: lines rewritten one by one still count as alive. Lines are no value.",
            Missing = survival.Share is not null ? ""
                : survival.Changes == 0 ? "No source yet: webhooks of a code host tell accepted changes with their lines."
                : $"Not enough data: no change was watched for {days} days yet.",
        };
    }

    private static double Days(MeasureFacts facts, Outcome outcome) =>
        Math.Max(0, ((outcome.State.RevertedMs ?? facts.NowMs) - outcome.State.AcceptedMs!.Value) / DayMs);
}
