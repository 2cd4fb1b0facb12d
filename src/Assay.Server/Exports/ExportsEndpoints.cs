using System.Globalization;
using System.Text;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Exports;

/// <summary>What finance takes away: files in formats that other programs read.</summary>
internal static class ExportsEndpoints
{
    private static readonly Dictionary<string, bool> s_grains = new(StringComparer.Ordinal) { ["day"] = false, ["hour"] = true };

    public static void MapExports(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/exports/focus", Focus).WithTags("Exports").RequireAuthorization(Policies.Company)
            .WithSummary("Charges as FOCUS 1.2 (CSV): by day or hour, team, use case, provider and model. Streams.")
            .Produces<string>(StatusCodes.Status200OK, Csv.ContentType)
            .TakesQuery(["from", "to", "grain"]);

    private static IResult Focus(
        Caller caller, HttpRequest request, IUsageStore store, BudgetWindows windows, TimeProvider clock)
    {
        var query = new QueryReader(request.Query);
        var today = windows.DayOf(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var to = Day(query, "to") ?? today.AddDays(1);
        var from = Day(query, "from") ?? to.AddDays(-30);
        var byHour = query.Word("grain", s_grains) ?? false;
        if (from >= to || to.DayNumber - from.DayNumber > FocusExport.DaysMax)
        {
            query.Faults.Add("from", $"must be before 'to', and at most {FocusExport.DaysMax} days before it.");
        }

        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var rows = new FocusExport(store, windows).RowsAsync(from, to, byHour, caller.Directory, request.HttpContext.RequestAborted);
        return TypedResults.Stream(
            stream => WriteAsync(stream, rows),
            Csv.ContentType + "; charset=utf-8",
            string.Create(CultureInfo.InvariantCulture, $"focus-{from:yyyy-MM-dd}-{to:yyyy-MM-dd}.csv"));
    }

    private static async Task WriteAsync(Stream stream, IAsyncEnumerable<IEnumerable<string?>> rows)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), bufferSize: 64 << 10, leaveOpen: true);
        await writer.WriteAsync(Csv.Row(FocusRow.Columns));
        await foreach (var row in rows)
        {
            await writer.WriteAsync(Csv.Row(row.Select(static cell => cell ?? "")));
        }
    }

    private static DateOnly? Day(QueryReader query, string name)
    {
        var day = default(DateOnly);
        return query.Text(name, text =>
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
            && day.Year is >= 2000 and <= 2200
                ? null
                : $"'{InputRules.Shorten(text)}' is not a day such as 2026-08-21.") is null
            ? null
            : day;
    }
}
