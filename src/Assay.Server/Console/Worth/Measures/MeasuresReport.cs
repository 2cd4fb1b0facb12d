using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Outcomes.Measures;

namespace Assay.Server.Console.Worth.Measures;

/// <summary>One measure in words.</summary>
/// <param name="Value">Its value, or a dash.</param>
/// <param name="Note">Where it may lie; empty for what is no sample.</param>
/// <param name="Basis">What it is computed from, or what is missing.</param>
public sealed record MeasureLine(string Id, string Name, string Value, string Note, string Basis, bool IsMissing, string Weakness);

/// <summary>Measures of one label.</summary>
public sealed record MeasureGroup(string Id, string Title, string Meaning, IReadOnlyList<MeasureLine> Lines);

/// <summary>The page.</summary>
/// <param name="ReadAt">When it was read, where that is earlier than now.</param>
public sealed record MeasuresView(string Scope, string PeriodInWords, IReadOnlyList<Choice> Periods, IReadOnlyList<MeasureGroup> Groups, string? ReadAt);

/// <summary>What others steer by, each for what it is.</summary>
internal sealed class MeasuresReport(MeasuresReader reader, OrgClock clock)
{
    private static readonly (string Word, int Days)[] s_periods = [("30d", 30), ("90d", 90)];

    public async Task<MeasuresView> ReadAsync(Caller caller, string? period, CancellationToken ct)
    {
        var (word, days) = s_periods.FirstOrDefault(p => p.Word == period, s_periods[0]);
        var (first, after) = (clock.Today.AddDays(1 - days), clock.Today.AddDays(1));
        var (table, madeAt) = await reader.ReadAsync(
            clock.StartOf(first).ToUnixTimeMilliseconds(), clock.StartOf(after).ToUnixTimeMilliseconds(), caller.Rules, caller.Directory, ct);
        return new MeasuresView(
            table.Scope switch { "company" => "the company", "teams" => "your teams", _ => "your own work" },
            $"{first.ToString("d MMM", CultureInfo.InvariantCulture)} to {clock.Today.ToString("d MMM", CultureInfo.InvariantCulture)}",
            [.. s_periods.Select(p => new Choice($"{p.Days} days", p == s_periods[0] ? "/worth/measures" : $"/worth/measures?period={p.Word}", p.Word == word))],
            [.. Enum.GetValues<MeasureLabel>().Select(label => Group(label, table)).Where(group => group.Lines.Count > 0)],
            clock.Earlier(madeAt));
    }

    private static MeasureGroup Group(MeasureLabel label, MeasureTable table)
    {
        var (id, title, meaning) = label switch
        {
            MeasureLabel.Activity => ("activity", "Activity", "That something was done. The easiest to raise, and the first to lose its meaning."),
            MeasureLabel.Adoption => ("adoption", "Adoption", "That people use it, not that it is of use."),
            MeasureLabel.WorkProduct => ("product", "Work product", "That something came of it which somebody accepted, and how long it lasts."),
            _ => ("outcome", "Outcome", "How well applications are delivered: DORA's five. Of applications, never of people; read all five together."),
        };
        return new MeasureGroup(id, title, meaning, [.. table.Measures.Where(m => m.Label == label).Select(Line)]);
    }

    private static MeasureLine Line(Measure measure) => new(
        measure.Id,
        measure.Name,
        measure.Value is { } value ? In(measure.Unit, value) : "–",
        measure is { Value: not null, Interval: { } likely } ? $"{In(measure.Unit, likely.Low)} to {In(measure.Unit, likely.High)} (90 %)" : "",
        measure.Value is null ? measure.Missing : measure.Basis,
        measure.Value is null,
        measure.Weakness);

    private static string In(MeasureUnit unit, double value) => unit switch
    {
        MeasureUnit.Share => WorthWords.Percent(value),
        MeasureUnit.Hours => value >= 48 ? $"{(value / 24).ToString("0.0", CultureInfo.InvariantCulture)} days" : $"{value.ToString("0.0", CultureInfo.InvariantCulture)} hours",
        MeasureUnit.PerWeek => $"{value.ToString("0.0", CultureInfo.InvariantCulture)} a week",
        _ => Say.Count((long)Math.Round(value)),
    };
}
