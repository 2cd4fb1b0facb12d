using Assay.Outcomes.Goodhart;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Goodhart;

namespace Assay.Server.Api;

/// <param name="TargetSince">Since when it is a target.</param>
/// <param name="Threshold">A value of a person's day on which something hangs; null for none.</param>
internal sealed record MetricView(
    string Id, string Name, string Measure, string Gold, string CounterMetric, string Owner, string TargetSince, double? Threshold, double? ThresholdWidth)
{
    public static MetricView Of(GoodhartMetric metric, DirectorySnapshot directory) => new(
        metric.Id,
        metric.Name,
        GoodhartWords.Word(metric.Measure),
        GoodhartWords.Word(metric.Gold),
        metric.CounterMetric,
        directory.FindPerson(metric.OwnerId)?.Email ?? metric.OwnerId,
        Rfc3339.FormatMs(metric.TargetMs),
        metric.Threshold,
        metric.ThresholdWidth);
}

internal sealed record MetricList(IReadOnlyList<MetricView> Metrics);

/// <summary>The answer to one question of an audit.</summary>
/// <param name="Question">decoupling, correlation, sizeShift, extremes, ratings or bunching.</param>
/// <param name="Low">The lower end of the 90 % interval of the change; null where the question has none.</param>
/// <param name="Probability">How unlikely this is if nothing changed, adjusted for the number of questions.</param>
internal sealed record AuditFindingView(
    string Question, double Before, double After, double Change, double? Low, double? High, double Probability, bool IsAlarm);

/// <summary>Whether a metric can still be trusted.</summary>
/// <param name="IsEnough">False says that there is not enough data to ask anything.</param>
internal sealed record MetricAuditView(
    MetricView Metric, string BaselineFrom, string WindowFrom, string WindowTo, int People, bool IsEnough, bool IsAlarm, IReadOnlyList<AuditFindingView> Findings);

/// <summary>An outcome to be rated, without whose it is.</summary>
internal sealed record SampleView(string Id, string Kind, string Title, string Url, string Repo, long? LinesAdded, long? LinesRemoved);

internal sealed record SampleList(IReadOnlyList<SampleView> Samples);

internal sealed record DrawnSamples(int Drawn);

/// <summary>What a leaderboard of tokens would have rewarded, and missed. Only the reader's own row says whose it is.</summary>
internal sealed record AutopsyView(
    string From,
    string To,
    int People,
    int Places,
    bool IsEnough,
    double TokenShare,
    double SettledShare,
    int OnBothBoards,
    int RewardedForNothing,
    int Missed,
    int MissedSettled,
    string UnattributedUsd,
    string? CostPerSettledOnUsd,
    string? CostPerSettledOffUsd,
    double? Correlation,
    IReadOnlyList<AutopsyTitle> Titles,
    AutopsyOwnView? Own);

internal sealed record AutopsyOwnView(int RankByTokens, int RankBySettled, long Tokens, string CostUsd, int Settled, int Lost);

internal static class GoodhartEndpoints
{
    private const int PlacesMax = 10_000;

    public static void MapGoodhart(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/goodhart").WithTags("Goodhart").RequireAuthorization(Policies.SignedIn)
            .AddEndpointFilter<PeopleOnly>();
        group.MapGet("/metrics", Metrics).WithSummary("Lists the metrics that somebody is steered by.").Produces<MetricList>();
        group.MapPost("/metrics", Register).RequireAuthorization(Policies.Admin)
            .WithSummary("Registers a metric that is a target, with its gold and its counter-metric.")
            .Produces<MetricView>()
            .Refuses(StatusCodes.Status409Conflict);
        group.MapGet("/metrics/{id}/audit", Audit).RequireAuthorization(Policies.Company)
            .WithSummary("Asks whether a metric still means what it meant before it was a target.")
            .Produces<MetricAuditView>()
            .Refuses(StatusCodes.Status404NotFound);
        group.MapPost("/samples", Draw).RequireAuthorization(Policies.Audit)
            .WithSummary("Draws accepted outcomes by lot, to be rated by people who are not told whose they are.")
            .Produces<DrawnSamples>();
        group.MapGet("/samples", Samples)
            .WithSummary("Lists samples to rate: not one's own, not one's team's, not those rated.")
            .Produces<SampleList>()
            .TakesQuery("limit");
        group.MapPost("/samples/{id}/rating", Rate)
            .WithSummary("Rates a sample from 1 to 5, once.")
            .Produces<SampleList>()
            .Refuses(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);
        group.MapGet("/autopsy", Autopsy)
            .WithSummary("Tells what a leaderboard of tokens would have rewarded in a period, and what it would have missed.")
            .Produces<AutopsyView>()
            .TakesQuery("from", "to", "places");
    }

    private static async Task<IResult> Metrics(Caller caller, GoodhartDesk desk, CancellationToken ct) =>
        TypedResults.Ok(new MetricList([.. (await desk.MetricsAsync(ct)).Select(m => MetricView.Of(m, caller.Directory))]));

    private static async Task<IResult> Register(JsonBody<RegisterMetric> body, Caller caller, GoodhartDesk desk, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var done = await desk.RegisterAsync(caller.Viewer, wanted, ct);
        return done.Value is { } metric ? TypedResults.Ok(MetricView.Of(metric, caller.Directory)) : done.Refusal!.ToProblem();
    }

    private static async Task<IResult> Audit(string id, Caller caller, GoodhartDesk desk, CancellationToken ct)
    {
        var answer = await desk.AuditAsync(id, ct);
        if (answer.Value is not { } audited)
        {
            return answer.Refusal!.ToProblem();
        }

        var (metric, report, _) = audited;
        return TypedResults.Ok(new MetricAuditView(
            MetricView.Of(metric, caller.Directory),
            Date(report.BaselineFrom),
            Date(report.WindowFrom),
            Date(report.WindowTo),
            report.Units,
            report.IsEnough,
            report.IsAlarm,
            [.. report.Findings.Select(f => new AuditFindingView(
                Word(f.Question), f.Before, f.After, f.Change, f.Interval?.Low, f.Interval?.High, f.Adjusted, f.IsAlarm))]));
    }

    private static async Task<IResult> Draw(JsonBody<DrawSamples> body, GoodhartDesk desk, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var faults = new InputFaults();
        if (wanted.Count is < 1 or > GoodhartDesk.SampleMax)
        {
            faults.Add("count", $"is not a whole number from 1 to {GoodhartDesk.SampleMax}.");
        }

        if (wanted.Days is < 1 or > 90)
        {
            faults.Add("days", "is not a whole number from 1 to 90.");
        }

        return faults.Any
            ? Problems.Invalid(faults)
            : TypedResults.Ok(new DrawnSamples(await desk.DrawAsync(wanted.Count ?? 20, wanted.Days ?? 7, ct)));
    }

    private static async Task<IResult> Samples(Caller caller, HttpRequest request, GoodhartDesk desk, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var limit = query.Number("limit", 20, 1, GoodhartDesk.SampleMax);
        return query.IsValid()
            ? TypedResults.Ok(await ToRateAsync(caller, desk, limit, ct))
            : Problems.Invalid(query.Faults);
    }

    private static async Task<IResult> Rate(string id, JsonBody<RateSample> body, Caller caller, GoodhartDesk desk, CancellationToken ct)
    {
        if (body.Value is not { } wanted)
        {
            return body.Problem!;
        }

        var done = await desk.RateAsync(caller.Viewer, id, wanted.Score, ct);
        return done.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(await ToRateAsync(caller, desk, 20, ct));
    }

    private static async Task<IResult> Autopsy(
        Caller caller, HttpRequest request, Autopsies autopsies, TimeProvider clock, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var to = query.Time("to") ?? clock.GetUtcNow();
        var from = query.Time("from") ?? to.AddDays(-30);
        var places = query.Number("places", 250, 1, PlacesMax);
        if (query.IsValid() && (from >= to || to - from > TimeSpan.FromDays(400)))
        {
            query.Faults.Add("from", "is not before 'to', or more than 400 days before it.");
        }

        if (query.Faults.Any)
        {
            return Problems.Invalid(query.Faults);
        }

        var (found, _) = await autopsies.OfAsync(from, to, places, caller.Viewer.PersonId, ct);
        return TypedResults.Ok(new AutopsyView(
            Rfc3339.Format(from),
            Rfc3339.Format(to),
            found.People,
            found.Places,
            found.IsEnough,
            found.TokenShare,
            found.SettledShare,
            found.OnBothBoards,
            found.RewardedForNothing,
            found.Missed,
            found.MissedSettled,
            Usd(found.UnattributedNanos)!,
            Usd(found.NanosPerSettledOn),
            Usd(found.NanosPerSettledOff),
            found.Correlation,
            found.Titles,
            found.Own is { } own
                ? new AutopsyOwnView(own.RankByTokens, own.RankBySettled, own.Row.Tokens, Usd(own.Row.Nanos)!, own.Row.Settled, own.Row.Lost)
                : null));
    }

    private static async Task<SampleList> ToRateAsync(Caller caller, GoodhartDesk desk, int limit, CancellationToken ct) =>
        new([.. (await desk.ToRateAsync(caller.Viewer, limit, ct)).Select(o =>
            new SampleView(o.Id, o.Kind, o.Title, o.Url, o.Repo, o.LinesAdded, o.LinesRemoved))]);

    private static string Date(long day) => DateOnly.FromDayNumber((int)day).ToString("yyyy-MM-dd");

    private static string Word(AuditQuestion question) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(question.ToString());

    private static string? Usd(double? nanos) => nanos is { } some ? new Ledger.Money.NanoUsd((long)Math.Round(some)).ToString() : null;
}
