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

    /// <summary>The page of a period, of all that the reader sees or of a team.</summary>
    public static string Href(string word, string? team)
    {
        var period = word == s_all[0].Word ? "" : $"period={word}";
        var of = team is null ? "" : $"team={Uri.EscapeDataString(team)}";
        return period.Length + of.Length == 0 ? "/worth" : $"/worth?{string.Join('&', new[] { of, period }.Where(part => part.Length > 0))}";
    }

    public static IReadOnlyList<Choice> Choices(WorthPeriod current, DateOnly today, string? team = null) =>
        [.. s_all.Select(p => new Choice(
            p.IsJudged ? $"{p.Days} days to {Short(Of(p.Word, p.Days, true, today).Last)}" : $"Last {p.Days} days",
            Href(p.Word, team),
            p.Word == current.Word))];

    private static WorthPeriod Of(string word, int days, bool isJudged, DateOnly today)
    {
        var last = isJudged ? today.AddDays(-OutcomeKind.SettleDaysDefault - 1) : today;
        return new WorthPeriod(word, last.AddDays(1 - days), last, isJudged);
    }

    private static string Short(DateOnly day) => day.ToString("d MMM", CultureInfo.InvariantCulture);
}
