using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Metering;
using Assay.Server.Routing;

namespace Assay.Server.Batches;

/// <summary>Adds up what the lines of a result file say was used, for each model that was reserved for.</summary>
internal sealed class BatchResult(Provider provider, Pricing pricing, IReadOnlyList<string> models, long atMs)
{
    private readonly Dictionary<string, BatchLoad> _loads = new(StringComparer.Ordinal);

    // In a whole body, chat completions, responses and embeddings tell their usage in the same place.
    private readonly RouteMatch _match = provider.Format == WireFormat.Anthropic
        ? new RouteMatch(WireFormat.Anthropic, Operation.Messages)
        : new RouteMatch(WireFormat.OpenAI, Operation.ChatCompletions);

    /// <summary>How many results could not be read, so that what they used is not known.</summary>
    public int Unread { get; private set; }

    /// <summary>What was used of a model; null if nothing was.</summary>
    public BatchLoad? Of(string model) => _loads.GetValueOrDefault(model);

    /// <summary>Takes in a line. A request that failed, was cancelled or ran out of time was not billed.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        var answer = AnswerIn(line, out var isBroken);
        if (answer.IsEmpty)
        {
            Unread += isBroken ? 1 : 0;
            return;
        }

        var reading = UsageTaps.ReadBody(_match, answer);
        if (!reading.HasInput && !reading.HasOutput)
        {
            Unread++;
            return;
        }

        var model = Reserved(reading.Model);
        if (!_loads.TryGetValue(model, out var load))
        {
            _loads[model] = load = new BatchLoad(model);
        }

        var counts = reading.Counts;
        counts[UsageClass.Request] = 1;
        load.Add(counts, pricing.Price(provider, model, counts, BatchLoad.ServiceTier, atMs));
    }

    /// <summary>
    /// The model that the request named. Providers answer with the dated name of what was asked for, so the longest
    /// name that begins it is meant; one that fits none is charged to the first, never dropped.
    /// </summary>
    private string Reserved(string answered)
    {
        var found = models[0];
        var length = -1;
        foreach (var model in models)
        {
            if (answered.StartsWith(model, StringComparison.Ordinal) && model.Length > length)
            {
                (found, length) = (model, model.Length);
            }
        }

        return found;
    }

    // OpenAI: {"response":{"status_code":200,"body":{…}}}; Anthropic: {"result":{"type":"succeeded","message":{…}}}.
    private static ReadOnlySpan<byte> AnswerIn(ReadOnlySpan<byte> line, out bool isBroken)
    {
        isBroken = false;
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isOuter = reader.ValueTextEquals("response"u8) || reader.ValueTextEquals("result"u8);
                reader.Read();
                if (isOuter && reader.TokenType == JsonTokenType.StartObject)
                {
                    return Inner(line, ref reader);
                }

                reader.Skip();
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // Nothing can be read of it; whether it was billed cannot be known.
            isBroken = true;
        }

        return default;
    }

    private static ReadOnlySpan<byte> Inner(ReadOnlySpan<byte> line, scoped ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isAnswer = reader.ValueTextEquals("body"u8) || reader.ValueTextEquals("message"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            if (isAnswer && isObject)
            {
                return line[start..(int)reader.BytesConsumed];
            }
        }

        return default;
    }
}
