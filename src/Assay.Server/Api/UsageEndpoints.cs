using Assay.Server.Store;

namespace Assay.Server.Api;

internal static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/usage", Report).WithTags("Usage").RequireAuthorization(Policies.SignedIn)
            .WithSummary("Sums of usage by group, as JSON or CSV: one's own, one's teams' or everybody's, by role.")
            .Produces<UsageReport>(StatusCodes.Status200OK, "application/json", Csv.ContentType)
            .TakesQuery(["from", "to", "group", .. UsageFilters.Parameters, "format"]);

    private static async Task<IResult> Report(
        Caller caller, HttpRequest request, IUsageStore store, TimeProvider clock, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var csv = Csv.IsWanted(request, query);
        if (UsageQuestion.Read(caller, query, clock) is not { } question)
        {
            return Problems.Invalid(query.Faults);
        }

        if (await question.AskAsync(store, ct) is not { } rows)
        {
            var tooMany = new InputFaults();
            tooMany.Add("group", $"gives more than {UsageQuery.LimitMax} rows: narrow the time or group by less.");
            return Problems.Invalid(tooMany);
        }

        return csv
            ? Csv.Result(
                [.. question.Query.Group.Select(UsageQuestion.NameOf), .. UsageReportRow.SumNames],
                rows.Select(r => r.Cells()))
            : TypedResults.Ok(new UsageReport(
                Rfc3339.Format(question.Query.From), Rfc3339.Format(question.Query.To), rows));
    }
}
