using Assay.Ledger.Usage;
using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;

namespace Assay.Server.Console.Me;

/// <summary>What the page of one person shows.</summary>
public sealed record MeView(
    Totals Today,
    string TodayFinding,
    Ruler Days,
    Totals Month,
    string MonthNote,
    Totals InPeriod,
    string PeriodInWords,
    IReadOnlyList<Choice> Periods,
    TimeChart Trend,
    string TokensFinding,
    ShareTable ByModel,
    ShareTable ByClient,
    ShareTable BySession,
    IReadOnlyList<UsageEvent> Latest,
    IReadOnlyDictionary<Guid, string> LatestTimes,
    bool NeverUsed);
