using System.Globalization;
using Assay.Ledger.Usage;
using Assay.Server.Directory;
using Assay.Server.Exports;
using Assay.Server.Store;

namespace Assay.Server.Api;

internal sealed record RequestPage(IReadOnlyList<RequestView> Requests, string? NextCursor);

/// <summary>One attempt at one provider.</summary>
internal sealed record RequestView(
    string Id,
    string RequestId,
    string StartedAt,
    int DurationMs,
    int? FirstByteMs,
    string Person,
    string Team,
    string Agent,
    string Key,
    string UseCase,
    string Session,
    string WorkRef,
    string Client,
    string Operation,
    string RequestedModel,
    string Provider,
    string Model,
    string ServiceTier,
    int Status,
    string Outcome,
    string Resolution,
    IReadOnlyList<string> Marks,
    long InputTokens,
    long CacheReadTokens,
    long CacheWriteTokens,
    long OutputTokens,
    long ReasoningTokens,
    string CostUsd,
    string ReservedUsd,
    string OverageUsd,
    string PriceVersion,
    string Experiment)
{
    public static RequestView Of(UsageEvent call, DirectorySnapshot directory) => new(
        call.Id.ToString(),
        call.RequestId.ToString(),
        Rfc3339.FormatMs(call.StartedAtMs),
        call.DurationMs,
        call.FirstByteMs < 0 ? null : call.FirstByteMs,
        directory.FindPerson(call.PersonId)?.Email ?? call.PersonId,
        call.TeamId,
        call.AgentId,
        call.KeyId,
        call.UseCase,
        call.Session,
        call.WorkRef,
        call.Client,
        call.Operation,
        call.RequestedModel,
        call.Provider,
        call.Model,
        call.ServiceTier,
        call.Status,
        Camel(call.Outcome),
        Camel(call.Resolution),
        [.. Enum.GetValues<UsageMarks>().Where(m => m != UsageMarks.None && call.Marks.HasFlag(m)).Select(Camel)],
        call.Counts.UncachedInputTokens,
        call.Counts.CacheReadTokens,
        call.Counts.CacheWriteTokens,
        call.Counts.TotalOutputTokens,
        call.Counts[UsageClass.Reasoning],
        call.Cost.ToString(),
        call.Reserved.ToString(),
        call.Overage.ToString(),
        call.PriceVersion,
        call.Arm);

    internal static string Camel<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}

internal static class RequestsEndpoints
{
    private const int LimitDefault = 100;

    private static readonly Dictionary<string, CallOutcome> s_outcomes =
        Enum.GetValues<CallOutcome>().ToDictionary(RequestView.Camel, o => o, StringComparer.Ordinal);

    public static void MapRequests(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/requests", List).WithTags("Usage").RequireAuthorization(Policies.SignedIn)
            .WithSummary("Single requests, newest first: one's own; everybody's for finance, auditors and administrators.")
            .Produces<RequestPage>(StatusCodes.Status200OK, "application/json", Csv.ContentType)
            .TakesQuery(
                ["limit", "cursor", "from", "to", .. UsageFilters.Parameters, "outcome", "status", "requestId", "format"]);

    private static async Task<IResult> List(
        Caller caller, HttpRequest request, IUsageStore store, CancellationToken ct)
    {
        var query = new QueryReader(request.Query);
        var csv = Csv.IsWanted(request, query);
        var asked = Read(caller, query);
        if (!query.IsValid())
        {
            return Problems.Invalid(query.Faults);
        }

        // One more than is told, to know whether there is a next page.
        var found = await store.RequestsAsync(asked with { Limit = asked.Limit + 1 }, ct);
        var told = found.Take(asked.Limit).Select(call => RequestView.Of(call, caller.Directory)).ToList();
        var next = found.Count > asked.Limit ? Cursor(found[asked.Limit - 1]) : null;
        return csv
            ? Csv.Result(ExportColumns<RequestView>.Names, told.Select(view => ExportColumns<RequestView>.Cells(view).Select(Csv.Text)))
            : TypedResults.Ok(new RequestPage(told, next));
    }

    private static RequestQuery Read(Caller caller, QueryReader query)
    {
        RequestCursor? after = null;
        query.Text("cursor", text => (after = ParseCursor(text)) is null
            ? "is not a cursor: give the nextCursor of the page before, unchanged."
            : null);
        var requestId = Guid.Empty;
        var hasRequestId = query.Text("requestId", text => Guid.TryParse(text, out requestId)
            ? null
            : "is not the id of a request, as told in x-assay-request-id.") is not null;
        var status = query.Number("status", -1, 0, 999);
        return new RequestQuery
        {
            From = query.Time("from"),
            To = query.Time("to"),
            Filter = UsageFilters.Read(caller, query, onlyOwn: true).Filter,
            Outcome = query.Word("outcome", s_outcomes),
            Status = status < 0 ? null : status,
            RequestId = hasRequestId ? requestId : null,
            After = after,
            Limit = query.Number("limit", LimitDefault, 1, RequestQuery.LimitMax - 1),
        };
    }

    internal static string Cursor(UsageEvent last) =>
        string.Create(CultureInfo.InvariantCulture, $"{last.StartedAtMs}-{last.Id:N}");

    internal static RequestCursor? ParseCursor(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0
            && long.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
            && Guid.TryParseExact(text.AsSpan(dash + 1), "N", out var id)
                ? new RequestCursor(ms, id)
                : null;
    }
}
