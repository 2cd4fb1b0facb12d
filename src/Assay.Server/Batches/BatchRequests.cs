using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Metering;
using Assay.Server.Routing;

namespace Assay.Server.Batches;

/// <summary>
/// Adds up what the requests of a batch job may use, for each model. Each request is estimated as if it were a call of
/// its own, at the price of the batch tier.
/// </summary>
internal sealed class BatchRequests(Provider provider, Pricing pricing, UsageEstimator estimator, long atMs)
{
    /// <summary>More models than this in one job are refused: each has a reservation of its own.</summary>
    public const int ModelsMax = 16;

    private readonly Dictionary<string, BatchLoad> _loads = new(StringComparer.Ordinal);

    public IReadOnlyCollection<BatchLoad> Loads => _loads.Values;

    public int Count { get; private set; }

    /// <summary>Takes in one line of an OpenAI input file.</summary>
    /// <returns>What is wrong with it, with its number; null if nothing is.</returns>
    public string? AddLine(ReadOnlySpan<byte> line)
    {
        var number = Count + 1;
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return $"line {number} is not a JSON object";
            }

            var url = "";
            var body = default(ReadOnlySpan<byte>);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isUrl = reader.ValueTextEquals("url"u8);
                var isBody = reader.ValueTextEquals("body"u8);
                reader.Read();
                if (isUrl && reader.TokenType == JsonTokenType.String)
                {
                    url = reader.GetString()!;
                }

                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isBody)
                {
                    body = line[start..(int)reader.BytesConsumed];
                }
            }

            return OperationOf(url) is not { } operation
                ? $"line {number} asks for '{Shown(url)}', which no batch job here can do"
                : Add(new RouteMatch(WireFormat.OpenAI, operation), body) is { } problem ? $"line {number}: {problem}" : null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return $"line {number} is not valid JSON";
        }
    }

    /// <summary>Takes in the body of an Anthropic call that makes a batch.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public string? AddMessages(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return "the body is not a JSON object";
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isRequests = reader.ValueTextEquals("requests"u8);
                reader.Read();
                if (!isRequests || reader.TokenType != JsonTokenType.StartArray)
                {
                    reader.Skip();
                    continue;
                }

                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    if (AddMessage(body, ref reader) is { } problem)
                    {
                        return $"requests[{Count}]: {problem}";
                    }
                }
            }

            return null;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return "the body is not valid JSON";
        }
    }

    private string? AddMessage(ReadOnlySpan<byte> body, ref Utf8JsonReader reader)
    {
        var asked = default(ReadOnlySpan<byte>);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isParams = reader.ValueTextEquals("params"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isParams)
            {
                asked = body[start..(int)reader.BytesConsumed];
            }
        }

        return Add(new RouteMatch(WireFormat.Anthropic, Operation.Messages), asked);
    }

    private string? Add(RouteMatch match, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return match.Format == WireFormat.Anthropic ? "'params' is missing" : "'body' is missing";
        }

        var scan = RequestScanner.TryScan(match, body, out var facts);
        if (scan != ScanResult.Ok)
        {
            return scan.Message();
        }

        if (!_loads.TryGetValue(facts.Model, out var load))
        {
            if (_loads.Count == ModelsMax)
            {
                return $"more than {ModelsMax} models in one job; make several jobs of it";
            }

            _loads[facts.Model] = load = new BatchLoad(facts.Model);
        }

        var counts = estimator.BeforeSending(
            provider.Name, facts.Model, body.Length, facts.OutputBound, match.Operation != Operation.Embeddings);
        counts[UsageClass.Request] = 1;
        load.Add(counts, pricing.Price(provider, facts.Model, counts, BatchLoad.ServiceTier, atMs));
        Count++;
        return null;
    }

    private static Operation? OperationOf(string url) => url switch
    {
        _ when url.EndsWith("/chat/completions", StringComparison.Ordinal) => Operation.ChatCompletions,
        _ when url.EndsWith("/responses", StringComparison.Ordinal) => Operation.Responses,
        _ when url.EndsWith("/embeddings", StringComparison.Ordinal) => Operation.Embeddings,
        _ when url.EndsWith("/completions", StringComparison.Ordinal) => Operation.Completions,
        _ => null,
    };

    private static string Shown(string url) => url.Length <= 100 ? url : string.Concat(url.AsSpan(0, 100), "…");
}
