using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Assay.Ledger.Usage;

namespace Assay.Server.Tests.Formats;

/// <summary>The slow, obvious way to read usage: the framework's parser of events and a document for each.</summary>
internal static class ReferenceUsage
{
    public static List<JsonObject> Parse(byte[] stream)
    {
        using var bytes = new MemoryStream(stream);
        return [.. SseParser.Create(bytes).Enumerate()
            .Where(item => item.Data != "[DONE]")
            .Select(item => JsonNode.Parse(item.Data)!.AsObject())];
    }

    public static UsageCounts Chat(IEnumerable<JsonObject> events)
    {
        JsonNode? usage = null;
        foreach (var one in events)
        {
            usage = one["usage"] ?? one["choices"]?.AsArray().FirstOrDefault()?["usage"] ?? usage;
        }

        var prompt = Number(usage?["prompt_tokens"]);
        var completion = Number(usage?["completion_tokens"]);
        var cached = Number(usage?["prompt_tokens_details"]?["cached_tokens"]);
        var reasoning = Number(usage?["completion_tokens_details"]?["reasoning_tokens"]);
        return new UsageCounts
        {
            [UsageClass.Input] = prompt - cached,
            [UsageClass.CacheRead] = cached,
            [UsageClass.Output] = completion - reasoning,
            [UsageClass.Reasoning] = reasoning,
        };
    }

    public static UsageCounts Messages(IEnumerable<JsonObject> events)
    {
        var latest = new Dictionary<string, long>();
        foreach (var one in events)
        {
            var usage = one["usage"] ?? one["message"]?["usage"];
            foreach (var (name, value) in usage?.AsObject() ?? [])
            {
                if (value is JsonValue && name.EndsWith("_tokens", StringComparison.Ordinal))
                {
                    latest[name] = Number(value);
                }
                else if (name == "cache_creation")
                {
                    latest["hour"] = Number(value?["ephemeral_1h_input_tokens"]);
                }
            }
        }

        var hour = latest.GetValueOrDefault("hour");
        return new UsageCounts
        {
            [UsageClass.Input] = latest.GetValueOrDefault("input_tokens"),
            [UsageClass.CacheRead] = latest.GetValueOrDefault("cache_read_input_tokens"),
            [UsageClass.CacheWrite1h] = hour,
            [UsageClass.CacheWrite5m] = latest.GetValueOrDefault("cache_creation_input_tokens") - hour,
            [UsageClass.Output] = latest.GetValueOrDefault("output_tokens"),
        };
    }

    public static UsageCounts Gemini(IEnumerable<JsonObject> events)
    {
        var latest = new Dictionary<string, long>();
        foreach (var one in events)
        {
            foreach (var (name, value) in one["usageMetadata"]?.AsObject() ?? [])
            {
                latest[name] = Number(value);
            }
        }

        var cached = latest.GetValueOrDefault("cachedContentTokenCount");
        return new UsageCounts
        {
            [UsageClass.Input] = latest.GetValueOrDefault("promptTokenCount") - cached
                + latest.GetValueOrDefault("toolUsePromptTokenCount"),
            [UsageClass.CacheRead] = cached,
            [UsageClass.Output] = latest.GetValueOrDefault("candidatesTokenCount"),
            [UsageClass.Reasoning] = latest.GetValueOrDefault("thoughtsTokenCount"),
        };
    }

    /// <summary>The content as written in JSON, for streams whose JSON this test wrote itself.</summary>
    public static long ContentBytes(IEnumerable<JsonObject> events) => events.Sum(one => Deltas(one).Sum(Written));

    private static IEnumerable<JsonNode?> Deltas(JsonObject one)
    {
        yield return one["delta"]?["text"];
        yield return one["delta"]?["thinking"];
        yield return one["delta"]?["partial_json"];
        yield return one["choices"]?.AsArray().FirstOrDefault()?["delta"]?["content"];
        yield return one["candidates"]?[0]?["content"]?["parts"]?[0]?["text"];
    }

    private static long Written(JsonNode? text) =>
        text is null ? 0 : System.Text.Encoding.UTF8.GetByteCount(text.ToJsonString()) - 2;

    private static long Number(JsonNode? node) => node?.GetValue<int>() ?? 0;
}
