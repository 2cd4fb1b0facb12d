using Assay.Ledger.Money;
using Assay.Outcomes.Attribution;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Worth;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Worth;

namespace Assay.Server.Api;

/// <summary>What settled outcomes cost, of the whole and by group. Groups stand in the order of their names: never a ranking.</summary>
internal sealed record WorthAnswer(string From, string To, string Scope, WorthEvidence Evidence, WorthLine Whole, IReadOnlyList<WorthLine> Groups);

/// <summary>Where the metered cost went, by evidence. The parts sum to the whole.</summary>
internal sealed record WorthEvidence(
    string MeteredUsd, string ProvedUsd, string DeclaredUsd, string LocatedUsd, string InferredUsd, string UnattributedUsd, double? Coverage);

/// <summary>A figure with its 90 % interval; drawn towards the whole, the more the smaller the group, as <c>shrunk</c>.</summary>
internal sealed record WorthEstimate(double Value, double? Low, double? High, double Shrunk)
{
    public static WorthEstimate? Of(Estimate? estimate) => estimate is null ? null
        : new(estimate.Value, estimate.Interval?.Low, estimate.Interval?.High, estimate.Shrunk);
}

/// <summary>One group. Figures are null where there is too little to say; <c>verdict</c> says why.</summary>
internal sealed record WorthLine(
    string Group,
    string Verdict,
    int Missing,
    int? Settled,
    int? Lost,
    int? Provisional,
    string? SpendUsd,
    string? ProvisionalUsd,
    WorthEstimate? CostPerSettledUsd,
    WorthEstimate? SettledPerMillionTokens,
    WorthEstimate? SettledRate)
{
    public static WorthLine Of(WorthFigure figure)
    {
        var isShown = figure.Verdict != WorthVerdict.TooFewPeople;
        return new WorthLine(
            figure.Key,
            figure.Verdict switch
            {
                WorthVerdict.Shown => "shown",
                WorthVerdict.NotEnough => "notEnoughData",
                _ => "tooFewPeople",
            },
            figure.Missing,
            isShown ? figure.Settled : null,
            isShown ? figure.Lost : null,
            isShown ? figure.Provisional : null,
            isShown ? new NanoUsd(figure.Money.Total).ToString() : null,
            isShown ? new NanoUsd(figure.Money.Provisional).ToString() : null,
            WorthEstimate.Of(figure.CostPerSettled),
            WorthEstimate.Of(figure.PerMillionTokens),
            WorthEstimate.Of(figure.SettledRate));
    }
}

internal static class WorthEndpoints
{
    private static readonly Dictionary<string, WorthCutBy> s_cuts =
        new(StringComparer.Ordinal) { ["team"] = WorthCutBy.Team, ["useCase"] = WorthCutBy.UseCase, ["model"] = WorthCutBy.Model, ["route"] = WorthCutBy.Route };

    public static void MapWorth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/worth", Read).WithTags("Outcomes").RequireAuthorization(Policies.SignedIn)
            .WithSummary("What settled outcomes cost, with intervals: the company's, one's teams' or one's own, by role.")
            .Produces<WorthAnswer>()
            .TakesQuery(["from", "to", "by"]);

    private static async Task<IResult> Read(
        Caller caller, HttpRequest request, WorthReader reader, BudgetWindows windows, TimeProvider clock, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var today = windows.DayOf(clock.GetUtcNow().ToUnixTimeMilliseconds());
        var (from, to) = query.Days(today.AddDays(-OutcomeKind.SettleDaysDefault), WorthReader.DaysMax);
        var by = query.Word("by", s_cuts) ?? WorthCutBy.UseCase;
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        var book = await reader.ReadAsync(windows.StartOf(from), windows.StartOf(to), ct);
        var scope = new WorthScope(caller.Rules);
        return TypedResults.Ok(book.Kept($"api:{scope.Key}:{by}", () => Answer(scope, book, by)));
    }

    private static WorthAnswer Answer(WorthScope scope, WorthBook book, WorthCutBy by)
    {
        var table = book.Cut(scope, by);
        var (tiers, _) = book.Evidence(scope.Has);
        return new WorthAnswer(
            Rfc3339.FormatMs(book.FromMs),
            Rfc3339.FormatMs(book.ToMs),
            scope.Reach switch { UsageReach.Company => "company", UsageReach.Team => "teams", _ => "own" },
            new WorthEvidence(
                Usd(tiers.Sum()), Usd(tiers[(int)EvidenceTier.Proved]), Usd(tiers[(int)EvidenceTier.Declared]),
                Usd(tiers[(int)EvidenceTier.Located]), Usd(tiers[(int)EvidenceTier.Inferred]), Usd(tiers[(int)EvidenceTier.Unattributed]),
                tiers.Sum() == 0 ? null : (tiers[(int)EvidenceTier.Proved] + tiers[(int)EvidenceTier.Declared]) / (double)tiers.Sum()),
            WorthLine.Of(table.Whole),
            [.. table.Groups.Select(WorthLine.Of)]);
    }

    private static string Usd(long nanos) => new NanoUsd(nanos).ToString();
}
