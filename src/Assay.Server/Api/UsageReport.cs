using System.Globalization;
using System.Text.Json.Serialization;
using Assay.Server.Store;

namespace Assay.Server.Api;

/// <summary>Sums of usage, in the order of their groups; never by volume, which would be a ranking of people.</summary>
internal sealed record UsageReport(string From, string To, IReadOnlyList<UsageReportRow> Rows);

/// <summary>One group and its sums. A group's field is there exactly if it was asked for.</summary>
internal sealed record UsageReportRow
{
    private IReadOnlyList<UsageDimension> _dimensions = [];
    private IReadOnlyList<string> _values = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Person => Of(UsageDimension.Person);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Team => Of(UsageDimension.Team);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Agent => Of(UsageDimension.Agent);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key => Of(UsageDimension.Key);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UseCase => Of(UsageDimension.UseCase);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Provider => Of(UsageDimension.Provider);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model => Of(UsageDimension.Model);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestedModel => Of(UsageDimension.RequestedModel);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Client => Of(UsageDimension.Client);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Session => Of(UsageDimension.Session);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Day => Of(UsageDimension.Day);

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Hour => Of(UsageDimension.Hour);

    public long Requests { get; init; }

    public long InputTokens { get; init; }

    public long CacheReadTokens { get; init; }

    public long CacheWriteTokens { get; init; }

    public long OutputTokens { get; init; }

    public long ReasoningTokens { get; init; }

    public required string CostUsd { get; init; }

    public required string EstimatedCostUsd { get; init; }

    /// <summary>Requests with an estimated count.</summary>
    public long EstimatedRequests { get; init; }

    /// <summary>Requests whose cost leaves out something without a known price.</summary>
    public long UnpricedRequests { get; init; }

    public long Errors { get; init; }

    public static UsageReportRow Of(IReadOnlyList<UsageDimension> dimensions, UsageRow row) => new()
    {
        _dimensions = dimensions,
        _values = row.Group,
        Requests = row.Requests,
        InputTokens = row.InputTokens,
        CacheReadTokens = row.CacheReadTokens,
        CacheWriteTokens = row.CacheWriteTokens,
        OutputTokens = row.OutputTokens,
        ReasoningTokens = row.ReasoningTokens,
        CostUsd = row.Cost.ToString(),
        EstimatedCostUsd = row.EstimatedCost.ToString(),
        EstimatedRequests = row.Estimated,
        UnpricedRequests = row.Unpriced,
        Errors = row.Errors,
    };

    public static readonly IReadOnlyList<string> SumNames =
    [
        "requests", "inputTokens", "cacheReadTokens", "cacheWriteTokens", "outputTokens", "reasoningTokens",
        "costUsd", "estimatedCostUsd", "estimatedRequests", "unpricedRequests", "errors",
    ];

    /// <summary>The row as text, in the order of the dimensions and then of <see cref="SumNames"/>.</summary>
    public IEnumerable<string> Cells() =>
    [
        .. _values,
        Text(Requests), Text(InputTokens), Text(CacheReadTokens), Text(CacheWriteTokens), Text(OutputTokens),
        Text(ReasoningTokens), CostUsd, EstimatedCostUsd, Text(EstimatedRequests), Text(UnpricedRequests), Text(Errors),
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private string? Of(UsageDimension dimension)
    {
        for (var i = 0; i < _dimensions.Count; i++)
        {
            if (_dimensions[i] == dimension)
            {
                return _values[i];
            }
        }

        return null;
    }
}
