using Assay.Outcomes.Measures;
using Assay.Server.Console.Figures;

namespace Assay.Server.Outcomes.Measures;

/// <summary>That something was done: words, calls, proposals accepted at the keyboard.</summary>
internal static class ActivityMeasures
{
    public const string WordsGenerated = "assay.words.generated";
    public const string WordsRewritten = "assay.words.rewritten";
    public const string RecapsTranscribed = "assay.recaps.transcribed";

    // What tells decisions, one metric or event for each program, so that none is counted twice.
    private static readonly string[] s_decisions = ["claude_code.code_edit_tool.decision", "event/codex.tool_decision", "gemini_cli.tool.call.count"];

    public static IEnumerable<Measure> Of(MeasureFacts facts)
    {
        yield return Counter(facts, "wordsGenerated", "Words generated", WordsGenerated,
            "Longer is not better: it rises with every prompt that asks for more. Nobody need have read them.");
        yield return Counter(facts, "wordsRewritten", "Words rewritten", WordsRewritten,
            "Whether the text is better for it is not known, and what is rewritten twice counts twice.");
        yield return Counter(facts, "recapsTranscribed", "Recaps transcribed", RecapsTranscribed,
            "A recap that nobody opens counts like one that saved a meeting. Report recaps as outcomes of the kind recap to count those that were kept.");
        yield return Acceptance(facts);
    }

    private static Measure Counter(MeasureFacts facts, string id, string name, string metric, string weakness)
    {
        var sums = facts.Telemetry.Where(t => t.Metric == metric).ToList();
        return new Measure
        {
            Id = id,
            Name = name,
            Label = MeasureLabel.Activity,
            Unit = MeasureUnit.Count,
            Value = sums.Count == 0 ? null : sums.Sum(t => t.Value),
            Basis = sums.Count == 0 ? "" : $"from {Say.Many(sums.Sum(t => t.Points), "data point", "data points")} of the OTLP counter {metric}",
            Weakness = weakness,
            Missing = sums.Count == 0 ? $"No source yet: have the program that knows send the OTLP counter {metric} to /v1/metrics." : "",
        };
    }

    private static Measure Acceptance(MeasureFacts facts)
    {
        var decisions = facts.Telemetry.Where(t => s_decisions.Contains(t.Metric, StringComparer.Ordinal))
            .Aggregate(default(ToolDecisions), (sum, t) => sum.With(t.Detail, (long)Math.Round(t.Value)));
        var others = decisions.BySetting + decisions.Unknown;
        return new Measure
        {
            Id = "acceptanceRate",
            Name = "Acceptance rate, decided by people",
            Label = MeasureLabel.Activity,
            Unit = MeasureUnit.Share,
            Value = decisions.Rate,
            Interval = decisions.Interval,
            Basis = decisions.Rate is null ? ""
                : $"{Say.Count(decisions.Accepted)} of {Say.Many(decisions.Accepted + decisions.Rejected, "proposal", "proposals")} that a person decided; {Say.Count(others)} decided by a setting, or by nobody knows whom, are left out",
            Weakness = "Accepting is a keystroke, and may be undone a minute later. Whoever permits a tool for good stops being counted.",
            Missing = decisions.Rate is not null ? ""
                : others > 0 ? $"All {Say.Count(others)} decisions known were made by settings: no person was asked."
                : "No source yet: send telemetry of Claude Code, Codex or Gemini CLI to /v1/metrics and /v1/logs.",
        };
    }
}
