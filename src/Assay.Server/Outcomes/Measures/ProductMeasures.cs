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
        var survival = LineSurvival.At(days, facts.Lasting.Select(o => new AcceptedLines(
            o.LinesAdded ?? 0, Days(o, facts.NowMs), o.State.RevertedMs is { } at ? Days(o, at) : null, o.CountedLines)));
        return new Measure
        {
            Id = $"lineSurvival{days}",
            Name = $"Line survival at {days} days",
            Label = MeasureLabel.WorkProduct,
            Unit = MeasureUnit.Share,
            Value = survival.Share,
            Interval = survival.Share is null ? null : survival.Interval,
            Basis = survival.Share is null ? ""
                : $"{Say.Count(survival.Lines)} lines of {Say.Many(survival.Counted + survival.Whole + survival.Young, "change", "changes")} accepted in the 60 days before the end: "
                    + $"of {Say.Count(survival.Counted)} the lines were counted, of {Say.Count(survival.Whole)} it is only known whether they were taken back, "
                    + $"{Say.Count(survival.Young)} are too young; the interval is that of changes",
            Weakness = Weakness(survival),
            Missing = survival.Share is not null ? ""
                : survival.Young == 0 ? "No source yet: webhooks of a code host tell accepted changes with their lines, and assay outcomes scan counts which are still there."
                : $"Not enough data: no change was watched for {days} days yet.",
        };
    }

    private static string Weakness(LineSurvival survival) => (survival.Whole, survival.Counted) switch
    {
        (0, > 0) => "A line that was moved or indented lives on, one that was touched is dead. Lines are no value.",
        (_, > 0) => "Where lines were not counted only changes that were taken back as a whole are seen to die, so it lies too high. Lines are no value.",
        _ => "Only changes that were taken back as a whole are seen to die, so it is an upper bound: lines rewritten one by one still count as alive. "
            + "A scan of the repository counts them. Lines are no value.",
    };

    private static double Days(Outcome outcome, long atMs) => Math.Max(0, (atMs - outcome.State.AcceptedMs!.Value) / DayMs);
}
