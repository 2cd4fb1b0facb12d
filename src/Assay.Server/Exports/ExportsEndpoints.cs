using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Judgments;
using Assay.Server.Outcomes.Worth;
using Assay.Server.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Server.Exports;

/// <summary>What finance takes away: files in formats that other programs read.</summary>
internal static class ExportsEndpoints
{
    private static readonly Dictionary<string, bool> s_grains = new(StringComparer.Ordinal) { ["day"] = false, ["hour"] = true };

    /// <summary>Whether charges are split over outcomes, for which only 1.3 has columns.</summary>
    private static readonly Dictionary<string, bool> s_versions = new(StringComparer.Ordinal) { ["1.2"] = false, ["1.3"] = true };

    private static readonly Dictionary<string, ExportFormat> s_formats =
        new(StringComparer.Ordinal) { ["csv"] = ExportFormat.Csv, ["ndjson"] = ExportFormat.NdJson };

    public static void MapExports(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/exports/focus", Focus).WithTags("Exports").RequireAuthorization(Policies.Company)
            .WithSummary("Charges as FOCUS 1.2 (CSV): by day or hour, team, use case, provider and model; as 1.3 split over the outcomes they led to. Streams.")
            .Produces<string>(StatusCodes.Status200OK, Csv.ContentType)
            .TakesQuery(["from", "to", "grain", "version"]);
        routes.MapGet("/exports/calls", Calls).WithTags("Exports").RequireAuthorization(Policies.Company)
            .WithSummary("Every settled call, newest first, as CSV or NDJSON. Streams.")
            .Produces<string>(StatusCodes.Status200OK, Csv.ContentType, "application/x-ndjson")
            .TakesQuery(["from", "to", "format"]);
        routes.MapGet("/exports/attribution", Attribution).WithTags("Exports").RequireAuthorization(Policies.Company)
            .WithSummary("What was spent and the outcomes it led to, with the evidence, as CSV or NDJSON. Streams.")
            .Produces<string>(StatusCodes.Status200OK, Csv.ContentType, "application/x-ndjson")
            .TakesQuery(["from", "to", "format"]);
        foreach (var table in ExportTables.All)
        {
            routes.MapGet($"/exports/{table.Name}", (
                    Caller caller, HttpRequest request, IStore store, BudgetWindows windows, JudgmentLibrary library, IBudgetBalances balances, TimeProvider clock) =>
                    Table(table, new Sources(caller, store, windows, library, balances, clock), request))
                .WithTags("Exports").RequireAuthorization(table.Policy)
                .WithSummary(table.Summary + " As CSV or NDJSON. Streams.")
                .Produces<string>(StatusCodes.Status200OK, Csv.ContentType, "application/x-ndjson")
                .TakesQuery(table.IsDated ? ["from", "to", "format"] : ["format"]);
        }
    }

    private static IResult Table(ExportTable table, Sources sources, HttpRequest request)
    {
        var query = new QueryReader(request.Query);
        var now = sources.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var today = sources.Windows.DayOf(now);
        var (from, to) = table.IsDated ? Days(query, sources.Windows, sources.Clock) : (today, today.AddDays(1));
        var format = query.Word("format", s_formats) ?? ExportFormat.Csv;
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var ct = request.HttpContext.RequestAborted;
        var context = new ExportContext(sources.Caller, from, to, sources.Store, sources.Windows, sources.Library, sources.Balances, now);
        return File(table.Name, from, to, format, table.Columns, table.Rows(context, ct), cells => cells, ct);
    }

    private static IResult Focus(
        Caller caller, HttpRequest request, IUsageStore store, WorthReader reader, BudgetWindows windows, TimeProvider clock)
    {
        var query = new QueryReader(request.Query);
        var (from, to) = Days(query, windows, clock);
        var isAllocated = query.Word("version", s_versions) ?? false;
        var byHour = query.Word("grain", s_grains) ?? false;
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var ct = request.HttpContext.RequestAborted;
        if (isAllocated)
        {
            return File(
                "focus-1.3", from, to, ExportFormat.Csv, FocusAllocation.Columns,
                new FocusAllocation(new AttributionExport(reader, windows), windows).RowsAsync(from, to, byHour, caller.Directory, ct), row => row, ct);
        }

        return File(
            "focus", from, to, ExportFormat.Csv, FocusRow.Columns, new FocusExport(store, windows).RowsAsync(from, to, byHour, caller.Directory, ct), row => row, ct);
    }

    private static IResult Calls(
        Caller caller, HttpRequest request, IUsageStore store, BudgetWindows windows, TimeProvider clock)
    {
        var query = new QueryReader(request.Query);
        var (from, to) = Days(query, windows, clock);
        var format = query.Word("format", s_formats) ?? ExportFormat.Csv;
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var ct = request.HttpContext.RequestAborted;
        return File(
            "calls", from, to, format, ExportColumns<RequestView>.Names, CallExport.RowsAsync(store, At(windows, from), At(windows, to), ct),
            call => ExportColumns<RequestView>.Cells(RequestView.Of(call, caller.Directory)), ct);
    }

    private static IResult Attribution(
        Caller caller, HttpRequest request, WorthReader reader, BudgetWindows windows, TimeProvider clock)
    {
        var query = new QueryReader(request.Query);
        var (from, to) = Days(query, windows, clock);
        var format = query.Word("format", s_formats) ?? ExportFormat.Csv;
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var ct = request.HttpContext.RequestAborted;
        return File(
            "attribution", from, to, format, AttributionExport.Columns, new AttributionExport(reader, windows).RowsAsync(from, to, ct),
            row => AttributionExport.Cells(row, caller.Directory), ct);
    }

    private static (DateOnly From, DateOnly To) Days(QueryReader query, BudgetWindows windows, TimeProvider clock) =>
        query.Days(windows.DayOf(clock.GetUtcNow().ToUnixTimeMilliseconds()).AddDays(1), FocusExport.DaysMax);

    private static DateTimeOffset At(BudgetWindows windows, DateOnly day) => DateTimeOffset.FromUnixTimeMilliseconds(windows.StartOf(day));

    private static PushStreamHttpResult File<T>(
        string what, DateOnly from, DateOnly to, ExportFormat format, IReadOnlyList<string> columns, IAsyncEnumerable<T> rows, ExportCells<T> cells, CancellationToken ct) =>
        TypedResults.Stream(
            stream => ExportWriter.WriteAsync(stream, format, columns, rows, cells, ct),
            ExportWriter.ContentType(format),
            string.Create(CultureInfo.InvariantCulture, $"{what}-{from:yyyy-MM-dd}-{to:yyyy-MM-dd}.{(format == ExportFormat.Csv ? "csv" : "ndjson")}"));

    private sealed record Sources(
        Caller Caller, IStore Store, BudgetWindows Windows, JudgmentLibrary Library, IBudgetBalances Balances, TimeProvider Clock);
}
