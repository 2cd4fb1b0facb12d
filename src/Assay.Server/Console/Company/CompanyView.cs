using Assay.Server.Console.Charts;
using Assay.Server.Console.Figures;
using Assay.Server.Console.Limits;

namespace Assay.Server.Console.Company;

/// <summary>What the page of the company, or of a manager's teams, shows. There is no table of people on purpose.</summary>
/// <param name="LiveScope">The scope of live ticks.</param>
/// <param name="Crumbs">The teams above the one shown, the org first; empty at the top.</param>
public sealed record CompanyView(
    string Title,
    string LiveScope,
    IReadOnlyList<Choice> Crumbs,
    Totals Today,
    string TodayFinding,
    LiveNow? Now,
    Totals Month,
    Totals InPeriod,
    long InHouseTokens,
    bool HasInHouse,
    string PeriodInWords,
    IReadOnlyList<Choice> Periods,
    TimeChart Trend,
    ShareTable ByTeam,
    ShareTable ByProvider,
    ShareTable ByModel,
    ShareTable ByUseCase,
    IReadOnlyList<BudgetRow> Budgets,
    string TokensFinding,
    bool Empty);
