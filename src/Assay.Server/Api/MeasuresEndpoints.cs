using Assay.Server.Budgets;
using Assay.Server.Outcomes.Measures;

namespace Assay.Server.Api;

/// <summary>Measures that others steer by, each with what it says and what it does not.</summary>
/// <param name="Scope">company, teams or own.</param>
internal sealed record MeasuresAnswer(string From, string To, string Scope, IReadOnlyList<MeasureView> Measures);

/// <param name="Label">activity, adoption, workProduct or outcome.</param>
/// <param name="Unit">count, share (0 to 1), hours or perWeek.</param>
/// <param name="Value">Null where there is nothing to compute it from; <c>missing</c> says what to send.</param>
/// <param name="Low">The lower end of the 90 % interval, for what is a sample.</param>
/// <param name="Basis">Of how many it is computed.</param>
internal sealed record MeasureView(
    string Id, string Name, string Label, string Unit, double? Value, double? Low, double? High, string Basis, string Weakness, string? Missing)
{
    public static MeasureView Of(Measure measure) => new(
        measure.Id,
        measure.Name,
        RequestView.Camel(measure.Label),
        RequestView.Camel(measure.Unit),
        measure.Value,
        measure.Interval?.Low,
        measure.Interval?.High,
        measure.Basis,
        measure.Weakness,
        measure.Missing.Length == 0 ? null : measure.Missing);
}

internal static class MeasuresEndpoints
{
    public static void MapMeasures(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/worth/measures", Read).WithTags("Outcomes").RequireAuthorization(Policies.SignedIn)
            .WithSummary("The measures that others use, labelled for what they are and with their weakness: the company's, one's teams' or one's own, by role.")
            .Produces<MeasuresAnswer>()
            .TakesQuery("from", "to");

    private static async Task<IResult> Read(
        Caller caller, HttpRequest request, MeasuresReader reader, BudgetWindows windows, TimeProvider clock, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var (from, to) = query.Days(windows.DayOf(clock.GetUtcNow().ToUnixTimeMilliseconds()).AddDays(1), MeasuresReader.DaysMax);
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var (table, _) = await reader.ReadAsync(windows.StartOf(from), windows.StartOf(to), caller.Rules, caller.Directory, ct);
        return TypedResults.Ok(new MeasuresAnswer(
            Rfc3339.FormatMs(table.FromMs), Rfc3339.FormatMs(table.ToMs), table.Scope, [.. table.Measures.Select(MeasureView.Of)]));
    }
}
