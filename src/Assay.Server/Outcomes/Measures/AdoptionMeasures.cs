using Assay.Server.Console.Figures;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Experiments;

namespace Assay.Server.Outcomes.Measures;

/// <summary>That people use it, and try things with it.</summary>
internal static class AdoptionMeasures
{
    private const int DaysInUse = 3;

    public static IEnumerable<Measure> Of(MeasureFacts facts)
    {
        yield return ActiveShare(facts);
        yield return Workflows(facts);
        yield return Experiments(facts);
        yield return Overrides(facts);
    }

    private static Measure ActiveShare(MeasureFacts facts)
    {
        var rules = facts.Scope.Rules;
        var people = facts.Directory.Data.People.Where(p => p.DisabledAtMs is null
            && (facts.Scope.Reach == UsageReach.Company || (facts.Scope.Reach == UsageReach.Team && rules.Manages(p.TeamId)))).Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var active = facts.Active.Where(a => a.Agent.Length == 0 && people.Contains(a.Person)).ToList();
        var seen = active.Select(a => a.Person).Distinct(StringComparer.Ordinal).Count();
        var first = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(facts.FromMs).UtcDateTime);
        // Whole weeks only: a piece of one has fewer.
        var weeks = Math.Max(1, (facts.ToMs - facts.FromMs) / (7L * 24 * 3_600_000));
        var weekly = active.Select(a => (a.Person, Week: (a.Day.DayNumber - first.DayNumber) / 7)).Where(a => a.Week < weeks).Distinct().Count() / (double)weeks;
        return new Measure
        {
            Id = "activeShare",
            Name = "Active share",
            Label = MeasureLabel.Adoption,
            Unit = MeasureUnit.Share,
            Value = facts.Scope.IsOwn || people.Count == 0 ? null : seen / (double)people.Count,
            Basis = facts.Scope.IsOwn ? ""
                : $"{Say.Count(seen)} of {Say.Many(people.Count, "person", "people")} made a call; in an average week {Say.Count((long)Math.Round(weekly))}",
            Weakness = "One call in the period is enough, and it says nothing of what came of it. As a target it is met by opening the tool once.",
            Missing = facts.Scope.IsOwn ? "It is of groups, not of one person." : "",
        };
    }

    private static Measure Workflows(MeasureFacts facts)
    {
        var agents = facts.Active.Where(a => a.Agent.Length > 0).Distinct().GroupBy(a => a.Agent, StringComparer.Ordinal)
            .Where(g => g.Select(a => a.Day).Distinct().Count() >= DaysInUse).Select(g => g.Key).ToList();
        var fresh = agents.Count(agent => !facts.AgentsBefore.Contains(agent));
        return new Measure
        {
            Id = "workflowsDeployed",
            Name = "AI workflows in use",
            Label = MeasureLabel.Adoption,
            Unit = MeasureUnit.Count,
            Value = agents.Count,
            Basis = $"agents that made calls on {DaysInUse} days or more; {Say.Count(fresh)} of them made none in the 90 days before",
            Weakness = "One workflow may save a department and another nothing. As a target it is met by splitting one into five.",
        };
    }

    private static Measure Experiments(MeasureFacts facts)
    {
        var launched = facts.Directory.Data.Experiments.Where(e => e.StartMs >= facts.FromMs && e.StartMs < facts.ToMs && e.StartMs <= facts.NowMs).ToList();
        return new Measure
        {
            Id = "experimentsLaunched",
            Name = "Experiments launched",
            Label = MeasureLabel.Adoption,
            Unit = MeasureUnit.Count,
            Value = launched.Count,
            Basis = $"declared before they began; {Say.Count(launched.Count(e => e.PhaseAt(facts.NowMs) == ExperimentPhase.Stopped))} of them stopped early",
            Weakness = "Beginning is not learning: count how many ended as declared and changed what is done.",
        };
    }

    private static Measure Overrides(MeasureFacts facts)
    {
        var (proposed, overrode, modified) = facts.Judgments;
        return new Measure
        {
            Id = "overrideRate",
            Name = "Override rate, decided by people",
            Label = MeasureLabel.Activity,
            Unit = MeasureUnit.Share,
            Value = proposed == 0 ? null : overrode / (double)proposed,
            Interval = proposed == 0 ? null : Assay.Outcomes.Statistics.Proportion.Wilson(overrode, proposed, 0.9),
            Basis = proposed == 0 ? "" : $"{Say.Count(overrode)} overruled and {Say.Count(modified)} changed of {Say.Many(proposed, "accepted judgment", "accepted judgments")} with an AI's proposal",
            Weakness = "Neither high nor low is good: it depends on how good proposals are, and only written judgments count.",
            Missing = proposed == 0 ? "No source yet: record decisions with assay judge, and say what the AI proposed." : "",
        };
    }
}
