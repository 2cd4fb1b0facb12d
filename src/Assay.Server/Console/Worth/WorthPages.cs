using Assay.Server.Api;
using Assay.Server.Console.Frame;
using Assay.Server.Console.Worth.Compare;
using Assay.Server.Console.Worth.Experiments;
using Assay.Server.Console.Worth.Goodhart;
using Assay.Server.Console.Worth.Measures;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Goodhart;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Console.Worth;

/// <summary>What tokens bought: sums for the company and for teams, one's own for everybody, and a page for each outcome.</summary>
internal static class WorthPages
{
    public static IServiceCollection AddWorthPages(this IServiceCollection services)
    {
        services.AddOutcomeDesk();
        services.AddWorth();
        services.AddSingleton<WorthReport>();
        services.AddSingleton<OutcomePageReport>();
        services.AddSingleton<ExperimentsReport>();
        services.AddSingleton<CompareReport>();
        services.AddSingleton<MeasuresReport>();
        services.AddGoodhart();
        services.AddSingleton<GoodhartReport>();
        services.AddStandingFigure<WorthReport>((report, caller, ct) => report.ReadAsync(caller, null, null, ct));
        services.AddStandingFigure<GoodhartReport>((report, caller, ct) => report.ReadAsync(caller, ct));
        services.AddStandingFigure<MeasuresReport>((report, caller, ct) => report.ReadAsync(caller, null, ct));
        services.AddStandingFigure<CompareReport>((report, caller, ct) => report.ReadAsync(caller, null, null, null, null, ct));
        return services;
    }

    public static void MapWorthPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/worth", WorthAsync).ExcludeFromDescription();
        routes.MapGet("/worth/outcomes", ListAsync).ExcludeFromDescription();
        routes.MapGet("/worth/outcomes/{id}", ShowAsync).ExcludeFromDescription();
        routes.MapGet("/worth/experiments", Experiments).ExcludeFromDescription();
        routes.MapGet("/worth/experiments/{id}", ExperimentAsync).ExcludeFromDescription();
        routes.MapGet("/worth/compare", CompareAsync).ExcludeFromDescription();
        routes.MapGet("/worth/measures", MeasuresAsync).ExcludeFromDescription();
        routes.MapGet("/worth/audit", AuditAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> WorthAsync(
        HttpContext context, PageFrames frames, Caller caller, WorthReport report, string? period, string? team, CancellationToken ct)
    {
        if (team is { Length: > 0 })
        {
            if (!caller.Rules.SeesCompany)
            {
                return frames.Forbidden(context, "The worth of single teams is for finance, auditors and administrators; managers see theirs on one page.");
            }

            if (caller.Directory.Teams.Find(team) is null)
            {
                return frames.Missing(context, "There is no such team.");
            }
        }

        return PageFrames.Page<WorthPage>(context, new()
        {
            [nameof(WorthPage.Frame)] = frames.For(context),
            [nameof(WorthPage.View)] = await report.ReadAsync(caller, period, team is { Length: > 0 } && team != Team.OrgId ? team : null, ct),
        });
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, PageFrames frames, Caller caller, OutcomePageReport report, WorthReport worth, string? cursor, CancellationToken ct)
    {
        var (outcomes, next) = await report.ListAsync(caller, cursor, ct);
        return PageFrames.Page<OutcomesPage>(context, new()
        {
            [nameof(OutcomesPage.Frame)] = frames.For(context),
            [nameof(OutcomesPage.Lines)] = outcomes.Select(outcome => worth.Line(caller, outcome)).ToList(),
            [nameof(OutcomesPage.Next)] = next,
        });
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, PageFrames frames, Caller caller, OutcomePageReport report, string id, CancellationToken ct) =>
        await report.FindAsync(caller, id, ct) is { } view
            ? PageFrames.Page<OutcomePage>(context, new()
            {
                [nameof(OutcomePage.Frame)] = frames.For(context),
                [nameof(OutcomePage.View)] = view,
            })
            : frames.Missing(context, "There is no such outcome, or it is not yours to see.");

    private static IResult Experiments(HttpContext context, PageFrames frames, Caller caller, ExperimentsReport report) =>
        PageFrames.Page<ExperimentsPage>(context, new()
        {
            [nameof(ExperimentsPage.Frame)] = frames.For(context),
            [nameof(ExperimentsPage.Lines)] = report.List(caller),
        });

    private static async Task<IResult> ExperimentAsync(
        HttpContext context, PageFrames frames, Caller caller, ExperimentsReport report, string id, CancellationToken ct) =>
        await report.FindAsync(caller, id, ct) is { } view
            ? PageFrames.Page<ExperimentPage>(context, new()
            {
                [nameof(ExperimentPage.Frame)] = frames.For(context),
                [nameof(ExperimentPage.View)] = view,
            })
            : frames.Missing(context, "There is no such experiment.");

    private static async Task<IResult> CompareAsync(
        HttpContext context, PageFrames frames, Caller caller, CompareReport report, string? by, string? first, string? second, string? gap, CancellationToken ct) =>
        PageFrames.Page<ComparePage>(context, new()
        {
            [nameof(ComparePage.Frame)] = frames.For(context),
            [nameof(ComparePage.View)] = await report.ReadAsync(caller, by, first, second, gap, ct),
        });

    private static async Task<IResult> MeasuresAsync(
        HttpContext context, PageFrames frames, Caller caller, MeasuresReport report, string? period, CancellationToken ct) =>
        PageFrames.Page<MeasuresPage>(context, new()
        {
            [nameof(MeasuresPage.Frame)] = frames.For(context),
            [nameof(MeasuresPage.View)] = await report.ReadAsync(caller, period, ct),
        });

    private static async Task<IResult> AuditAsync(
        HttpContext context, PageFrames frames, Caller caller, GoodhartReport report, CancellationToken ct) =>
        PageFrames.Page<GoodhartPage>(context, new()
        {
            [nameof(GoodhartPage.Frame)] = frames.For(context),
            [nameof(GoodhartPage.View)] = await report.ReadAsync(caller, ct),
        });
}
