using System.Globalization;
using Assay.Ledger.Money;
using Assay.Outcomes.Attribution;
using Assay.Outcomes.Worth;
using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Console.Worth;

/// <summary>Figures of worth in words. What cannot be known is said, with what would be needed.</summary>
internal static class WorthWords
{
    public static string Headline(WorthFigure whole) => whole switch
    {
        { CostPerSettled.Interval: { } likely } =>
            $"{Dollars(likely.Low)} to {Dollars(likely.High)} with 90 % confidence. All spend counts, failed work and what nobody can attribute too; what is still provisional does not.",
        { CostPerSettled: not null } =>
            "Fewer than five people are behind it, too few to say how sure it is. All spend counts, failed work too; what is still provisional does not.",
        _ => $"{Capital(Why(whole, "settled outcomes"))}.",
    };

    /// <summary>Why a figure is not shown; empty where it is.</summary>
    public static string Why(WorthFigure figure, string what) => figure.Verdict switch
    {
        WorthVerdict.TooFewPeople => "withheld: fewer people than may be shown as a group",
        WorthVerdict.NotEnough => string.Create(CultureInfo.InvariantCulture, $"not enough data: {figure.Missing} more {what} are needed"),
        _ => figure.CostPerSettled is null ? "nothing was spent" : "",
    };

    public static IReadOnlyList<BarPart> Parts(WorthMoney money) =>
    [
        Part("Settled", 0, money.Settled),
        Part("Provisional", 2, money.Provisional),
        Part("Taken back", 4, money.TakenBack),
        Part("Given up", 1, money.Abandoned),
        Part("Unattributed", 3, money.Unattributed),
    ];

    public static string CutFinding(WorthCutBy by, WorthTable table)
    {
        var shown = table.Groups.Count(group => group.CostPerSettled is not null);
        var differ = table.Groups.Count(group => group.RateDiffers < 0.05);
        var counted = by switch
        {
            WorthCutBy.Model => "An outcome counts for the model that most was spent on. Hard work goes to strong models, so these rows describe; they do not compare. ",
            WorthCutBy.Route => "By the name that was asked for, whose policy chose who answers. An outcome counts for the one that most was spent on. ",
            _ => "",
        };
        return counted + (shown == 0 ? "No group has enough data for a figure yet."
            : differ == 0 ? "In no group is the settled rate clearly different from the others'."
            : $"In {Say.Many(differ, "group", "groups")}, marked, the settled rate is clearly different from the others'.");
    }

    public static IReadOnlyList<WorthRow> Rows(WorthTable table, Func<string, string> name, Func<string, string?> href)
    {
        var top = table.Groups.Select(group => group.CostPerSettled is { } cost ? cost.Interval?.High ?? cost.Value : 0).DefaultIfEmpty(0).Max();
        return
        [
            .. table.Groups.OrderBy(group => name(group.Key), StringComparer.OrdinalIgnoreCase).Select(group => new WorthRow(
                name(group.Key),
                href(group.Key),
                group.Verdict == WorthVerdict.TooFewPeople ? "–" : Say.Usd(new NanoUsd(group.Money.Total)),
                group.Verdict == WorthVerdict.TooFewPeople ? "–" : Say.Count(group.Settled),
                group.Verdict == WorthVerdict.TooFewPeople ? "–" : Say.Count(group.Lost),
                Cost(group, top),
                Rate(group),
                group.PerMillionTokens is { } per ? Number(per.Value) : "–")),
        ];
    }

    public static string Meaning(EvidenceTier tier) => tier switch
    {
        EvidenceTier.Proved => "a commit of the session is in it",
        EvidenceTier.Declared => "the call named it",
        EvidenceTier.Located => "seen on one of its commits",
        EvidenceTier.Inferred => "same person, repository and time",
        _ => "not known",
    };

    public static string Meaning(UnattributedReason reason) => reason switch
    {
        UnattributedReason.NoSessionHeader => "Neither session nor work was named",
        UnattributedReason.NoRepo => "Nothing says in which repository",
        UnattributedReason.NoCommit => "No commit, no outcome of the person there",
        UnattributedReason.AbandonedBranch => "Commits that no outcome contains",
        UnattributedReason.OutsideWindow => "Too long before or after",
        UnattributedReason.UnpricedModel => "The model has no price",
        UnattributedReason.OtherRepo => "A repository without known outcomes",
        UnattributedReason.OptOut => "Kept out of attribution",
        _ => "–",
    };

    public static long Nanos(double dollars) => (long)Math.Round(Math.Clamp(dollars, 0, long.MaxValue / 2e9) * NanoUsd.PerDollar);

    public static string Dollars(double dollars) => Say.Usd(new NanoUsd(Nanos(dollars)));

    public static string Percent(double share) => (share * 100).ToString(share is > 0 and < 0.1 ? "0.0" : "0", CultureInfo.InvariantCulture) + " %";

    /// <summary>Three significant digits.</summary>
    public static string Number(double value) => value switch
    {
        >= 100 => value.ToString("#,##0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static BarPart Part(string name, int tone, long nanos) =>
        new(name, tone, nanos, Say.Usd(new NanoUsd(nanos)), Say.UsdExact(new NanoUsd(nanos)));

    private static EstimateBar Cost(WorthFigure group, double top) => group.CostPerSettled is { } cost && top > 0
        ? new EstimateBar(
            Dollars(cost.Value),
            cost.Interval is { } likely ? $"{Dollars(likely.Low)} to {Dollars(likely.High)}" : "too few people to say how sure",
            100 * cost.Value / top,
            100 * (cost.Interval?.Low ?? cost.Value) / top,
            100 * (cost.Interval?.High ?? cost.Value) / top)
        : new EstimateBar("", Capital(Why(group, "settled outcomes")), null, 0, 0);

    private static EstimateBar Rate(WorthFigure group) => group.SettledRate is { Interval: { } likely } rate
        ? new EstimateBar(
            Percent(rate.Value),
            $"{Percent(likely.Low)} to {Percent(likely.High)}{(group.RateDiffers < 0.05 ? ", clearly different" : "")}",
            100 * rate.Value,
            100 * likely.Low,
            100 * likely.High)
        : new EstimateBar("", group.Verdict == WorthVerdict.TooFewPeople ? "Withheld" : "Not enough data", null, 0, 0);
}
