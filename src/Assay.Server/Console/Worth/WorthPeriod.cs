using System.Globalization;
using Assay.Outcomes.Ladder;
using Assay.Server.Console.Figures;

namespace Assay.Server.Console.Worth;

/// <summary>
/// The stretch of time that is judged. Unless asked for otherwise it ends a settling window ago, so that what was accepted
/// in it can be known to have lasted.
/// </summary>
internal sealed record WorthPeriod(string Word, DateOnly First, DateOnly Last, bool IsJudged)
{
    private static readonly (string Word, int Days, bool IsJudged)[] s_all =
        [("30d", 30, true), ("90d", 90, true), ("now", 30, false)];

    public string InWords => $"{Short(First)} to {Short(Last)}";

    public static WorthPeriod Read(string? word, DateOnly today)
    {
        var (chosen, days, isJudged) = s_all.FirstOrDefault(p => p.Word == word, s_all[0]);
        return Of(chosen, days, isJudged, today);
    }

    public static IReadOnlyList<Choice> Choices(WorthPeriod current, DateOnly today) =>
        [.. s_all.Select(p => new Choice(
            p.IsJudged ? $"{p.Days} days to {Short(Of(p.Word, p.Days, true, today).Last)}" : $"Last {p.Days} days",
            p == s_all[0] ? "/worth" : $"/worth?period={p.Word}",
            p.Word == current.Word))];

    private static WorthPeriod Of(string word, int days, bool isJudged, DateOnly today)
    {
        var last = isJudged ? today.AddDays(-OutcomeKind.SettleDaysDefault - 1) : today;
        return new WorthPeriod(word, last.AddDays(1 - days), last, isJudged);
    }

    private static string Short(DateOnly day) => day.ToString("d MMM", CultureInfo.InvariantCulture);
}
