using System.Globalization;
using Assay.Outcomes.Ladder;
using Assay.Server.Budgets;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Api;

/// <summary>Something that can be compared.</summary>
/// <param name="Finished">Outcomes that most was spent on with it, and that are finished.</param>
internal sealed record ComparableView(string Name, int Finished);

/// <summary>Whether outcomes of one model or route settle more often than those of another, within repository × size band.</summary>
/// <param name="Comparable">What there is to compare, by name.</param>
internal sealed record CompareAnswer(string From, string To, string By, IReadOnlyList<ComparableView> Comparable, ComparisonView? Comparison);

/// <summary>The second against the first.</summary>
/// <param name="Verdict">shown, notEnoughData or tooFewPeople.</param>
/// <param name="FirstOutcomes">Finished outcomes of the first, where both have some.</param>
/// <param name="Needed">How many each needs before a gap as large as asked for would be found.</param>
/// <param name="Unmatched">Outcomes left out, since what they are like has nothing to be compared with.</param>
/// <param name="Difference">The settled rate of the second less that of the first, with its 90 % interval.</param>
internal sealed record ComparisonView(
    string First, string Second, double Gap, string Verdict, long? FirstOutcomes, long? SecondOutcomes, int? Needed, long? Unmatched, int? Strata, double? Difference, double? Low, double? High);

internal static class CompareEndpoints
{
    public const int NameLengthMax = 200;

    public static IReadOnlyDictionary<string, WorthCutBy> By { get; } =
        new Dictionary<string, WorthCutBy>(StringComparer.Ordinal) { ["model"] = WorthCutBy.Model, ["route"] = WorthCutBy.Route };

    /// <summary>Gaps that can be asked for, in points.</summary>
    public static IReadOnlyDictionary<string, int> Gaps { get; } =
        new Dictionary<string, int>(StringComparer.Ordinal) { ["5"] = 5, ["10"] = 10, ["20"] = 20, ["30"] = 30 };

    public static void MapCompare(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/worth/compare", Read).WithTags("Outcomes").RequireAuthorization(Policies.SignedIn)
            .WithSummary("Compares two models or routes on settled outcomes within repository × size band; without two it lists what can be compared.")
            .Produces<CompareAnswer>()
            .TakesQuery("from", "to", "by", "first", "second", "gap");

    private static async Task<IResult> Read(
        Caller caller, HttpRequest request, WorthReader reader, BudgetWindows windows, TimeProvider clock, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var today = windows.DayOf(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var (from, to) = query.Days(today.AddDays(-OutcomeKind.SettleDaysDefault), WorthReader.DaysMax);
        var by = query.Word("by", By) ?? WorthCutBy.Model;
        var (first, second) = (query.Text("first", Fault), query.Text("second", Fault));
        var gap = (query.Word("gap", Gaps) ?? 10) / 100.0;
        if (first is null != second is null || (first is not null && first == second))
        {
            query.Faults.Add("second", "must be given together with 'first', and be another.");
        }

        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var book = await reader.ReadAsync(windows.StartOf(from), windows.StartOf(to), ct);
        var scope = new WorthScope(caller.Rules);
        return TypedResults.Ok(new CompareAnswer(
            Rfc3339.FormatMs(book.FromMs),
            Rfc3339.FormatMs(book.ToMs),
            by == WorthCutBy.Route ? "route" : "model",
            [.. book.Arms(scope, by).Select(arm => new ComparableView(arm.Name, arm.Finished))],
            first is null ? null : View(book.Compare(scope, by, first, second!, gap), first, second!, gap)));
    }

    private static ComparisonView View(WorthCompared compared, string first, string second, double gap)
    {
        var found = compared.Found;
        return compared.IsWithheld
            ? new ComparisonView(first, second, gap, "tooFewPeople", null, null, null, null, null, null, null, null)
            : new ComparisonView(
                first, second, gap, found.IsEnough ? "shown" : "notEnoughData", found.First, found.Second, found.Needed, found.Unmatched, compared.Strata,
                found.Difference, found.Interval?.Low, found.Interval?.High);
    }

    private static string? Fault(string name) =>
        name.Length > NameLengthMax ? string.Create(CultureInfo.InvariantCulture, $"has {name.Length} characters: names have at most {NameLengthMax}.") : null;
}
