using System.Globalization;
using Assay.Outcomes.Worth;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Routing.Shares;

/// <summary>Whether the work that ran in the house held as well as that outside.</summary>
internal enum ShareVerdict
{
    /// <summary>No finished outcome of the period is known to come from this route.</summary>
    NoOutcomes,

    /// <summary>Too few finished outcomes are comparable to say.</summary>
    NotEnough,

    /// <summary>Fewer people are behind a side than may be shown as a group.</summary>
    TooFewPeople,

    /// <summary>No difference is found: whatever there is lies within what luck does.</summary>
    NoDifference,

    /// <summary>Outcomes from the house settle more often.</summary>
    HouseHoldsBetter,

    /// <summary>Outcomes from the house settle less often.</summary>
    HouseHoldsWorse,
}

/// <summary>
/// What became of the outcomes of a route: those that most was spent on with models of the house, and those outside.
/// Settled means accepted and not taken back within its window.
/// </summary>
/// <param name="Needed">How many comparable ones each side needs for a verdict.</param>
/// <param name="Difference">The settled rate in the house less that outside, like compared with like; null without a verdict.</param>
/// <param name="Low">Where it may lie, from; at 90 % confidence.</param>
/// <param name="High">Where it may lie, to.</param>
internal sealed record ShareOutcomes(
    ShareVerdict Verdict,
    long InHouseSettled,
    long InHouseFinished,
    long OutsideSettled,
    long OutsideFinished,
    int Needed,
    double? Difference,
    double? Low,
    double? High)
{
    private const string House = "house";
    private const string Outside = "outside";

    // The difference of rates worth finding; it decides how many outcomes are needed.
    private const double Gap = 0.1;

    public static ShareOutcomes None { get; } = new(ShareVerdict.NoOutcomes, 0, 0, 0, 0, 0, null, null, null);

    /// <summary>One sentence for a person.</summary>
    public string InWords => Verdict switch
    {
        ShareVerdict.NoOutcomes => "no finished outcomes known",
        ShareVerdict.TooFewPeople => $"withheld: fewer than {AccessRules.GroupMin} people",
        ShareVerdict.NotEnough when InHouseFinished == 0 || OutsideFinished == 0 => $"{Sides}; nothing to compare with",
        ShareVerdict.NotEnough => $"{Sides}; too few to say, each side needs {Needed} alike",
        ShareVerdict.HouseHoldsBetter => $"{Sides}; in the house {Range} more often",
        ShareVerdict.HouseHoldsWorse => $"{Sides}; in the house {Range} less often",
        _ => $"{Sides}; no difference found ({Points(Low)} to {Points(High)} points)",
    };

    /// <summary>The verdict alone, for where the figures stand beside it.</summary>
    public string InBrief => Verdict switch
    {
        ShareVerdict.NoOutcomes => "no finished outcomes known",
        ShareVerdict.TooFewPeople => $"withheld: fewer than {AccessRules.GroupMin} people behind a side",
        ShareVerdict.NotEnough when InHouseFinished == 0 || OutsideFinished == 0 => "nothing to compare with",
        ShareVerdict.NotEnough => $"too few to say: each side needs {Needed} alike",
        ShareVerdict.HouseHoldsBetter => "held better in the house",
        ShareVerdict.HouseHoldsWorse => "held worse in the house",
        _ => "no difference found",
    };

    /// <summary>The difference of the settled rates in points, and where it may lie; empty without a verdict.</summary>
    public string Gain => Difference is not { } difference ? "" : string.Create(
        CultureInfo.InvariantCulture, $"{100 * difference:+0.#;−0.#;0} points, {100 * (Low ?? 0):+0.#;−0.#;0} to {100 * (High ?? 0):+0.#;−0.#;0}");

    private string Sides => string.Create(
        CultureInfo.InvariantCulture, $"settled {InHouseSettled} of {InHouseFinished} in the house, {OutsideSettled} of {OutsideFinished} outside");

    private string Range => Verdict == ShareVerdict.HouseHoldsBetter
        ? $"{Points(Low)} to {Points(High)} points"
        : $"{Points(-High)} to {Points(-Low)} points";

    /// <summary>Reads them from a period's book, by route.</summary>
    /// <param name="book">All spend of the period, joined to what came of it.</param>
    /// <param name="sideOf">The route of a slice of spend, and whether the house answered it; null where it is no answer (a shadow's).</param>
    public static IReadOnlyDictionary<string, ShareOutcomes> Of(WorthBook book, Func<SpendSlice, (string Route, bool InHouse)?> sideOf)
    {
        var sides = book.MostSpentOn(slice => sideOf(slice) is { } at ? at.Route + "\n" + (at.InHouse ? House : Outside) : null);
        var rows = new List<(string Route, string Arm, string Person, string Stratum, bool IsSettled)>();
        foreach (var (i, outcome) in book.Outcomes.Index())
        {
            var fate = WorthBook.FateOf(outcome, book.NowMs);
            if (sides[i] is { } side && fate != Fate.Provisional && outcome.AtMs >= book.FromMs && outcome.AtMs < book.ToMs)
            {
                var end = side.IndexOf('\n', StringComparison.Ordinal);
                rows.Add((side[..end], side[(end + 1)..], outcome.PersonId, WorthCompare.Stratum(outcome), fate == Fate.Settled));
            }
        }

        return rows.GroupBy(row => row.Route, StringComparer.Ordinal)
            .ToDictionary(route => route.Key, route => Of([.. route.Select(row => (row.Arm, row.Person, row.Stratum, row.IsSettled))]), StringComparer.Ordinal);
    }

    private static ShareOutcomes Of(List<(string Arm, string Person, string Stratum, bool IsSettled)> rows)
    {
        // As everywhere: what few people did is not shown as a figure of a group.
        if (rows.GroupBy(row => row.Arm, StringComparer.Ordinal)
            .Any(arm => arm.Select(row => row.Person).Distinct(StringComparer.Ordinal).Count() < AccessRules.GroupMin))
        {
            return None with { Verdict = ShareVerdict.TooFewPeople };
        }

        var found = WorthComparison.Of(rows.Select(row => new ArmRow(row.Arm, row.Stratum, row.IsSettled ? 1 : 0, 1)), Outside, House, Gap);
        return new ShareOutcomes(
            found.Interval is not { } interval ? ShareVerdict.NotEnough
                : interval.Low > 0 ? ShareVerdict.HouseHoldsBetter
                : interval.High < 0 ? ShareVerdict.HouseHoldsWorse
                : ShareVerdict.NoDifference,
            rows.Count(row => row.Arm == House && row.IsSettled),
            rows.Count(row => row.Arm == House),
            rows.Count(row => row.Arm == Outside && row.IsSettled),
            rows.Count(row => row.Arm == Outside),
            found.Needed,
            found.Difference,
            found.Interval?.Low,
            found.Interval?.High);
    }

    private static string Points(double? part) => string.Create(CultureInfo.InvariantCulture, $"{100 * (part ?? 0):0.#}");
}
