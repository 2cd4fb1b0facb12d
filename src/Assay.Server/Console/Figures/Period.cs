namespace Assay.Server.Console.Figures;

/// <summary>The stretch of time that a page is about. It stands in the URL as <c>period</c>.</summary>
internal enum PeriodKind
{
    Today,
    Week,
    Days30,
    Month,
}

/// <summary>A period fixed in time: from the start of its first day to now.</summary>
internal sealed record Period(PeriodKind Kind, DateOnly FirstDay, DateOnly LastDay, DateTimeOffset From, DateTimeOffset To)
{
    public static readonly IReadOnlyList<PeriodKind> All =
        [PeriodKind.Today, PeriodKind.Week, PeriodKind.Days30, PeriodKind.Month];

    public bool ByHour => Kind == PeriodKind.Today;

    /// <summary>As in "today" or "in the last 30 days", within a sentence.</summary>
    public string InWords => Kind switch
    {
        PeriodKind.Today => "today",
        PeriodKind.Week => "in the last 7 days",
        PeriodKind.Days30 => "in the last 30 days",
        _ => "this month",
    };

    public string Word => WordOf(Kind);

    public static string WordOf(PeriodKind kind) => kind switch
    {
        PeriodKind.Today => "today",
        PeriodKind.Week => "7d",
        PeriodKind.Days30 => "30d",
        _ => "month",
    };

    public static string LabelOf(PeriodKind kind) => kind switch
    {
        PeriodKind.Today => "Today",
        PeriodKind.Week => "7 days",
        PeriodKind.Days30 => "30 days",
        _ => "This month",
    };

    /// <summary>Reads the word from the URL; anything unknown is the default.</summary>
    public static Period Read(string? word, PeriodKind otherwise, OrgClock clock)
    {
        var kind = All.FirstOrDefault(kind => WordOf(kind) == word, otherwise);
        var today = clock.Today;
        var first = kind switch
        {
            PeriodKind.Today => today,
            PeriodKind.Week => today.AddDays(-6),
            PeriodKind.Days30 => today.AddDays(-29),
            _ => new DateOnly(today.Year, today.Month, 1),
        };
        var last = kind == PeriodKind.Month ? first.AddMonths(1).AddDays(-1) : today;
        return new Period(kind, first, last, clock.StartOf(first), clock.Now);
    }
}

/// <summary>One choice in a row of links.</summary>
public sealed record Choice(string Label, string Href, bool Current);
