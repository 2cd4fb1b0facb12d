using System.Text.Json;
using Assay.Ledger.Usage;

namespace Assay.Server.Formats.Anthropic;

/// <summary>
/// Anthropic's usage: input, cache reads and cache writes are stated apart from each other. What a later event states
/// replaces the earlier value; what it leaves out (or states as null) stays.
/// </summary>
internal struct AnthropicUsage
{
    public long? Input;
    public long? Output;
    public long? CacheRead;
    public long? CacheWritten;
    public long? Written5m;
    public long? Written1h;
    public long? Thinking;
    public long? Searches;
    public string Tier;
    public bool IsFast;
    public bool Malformed;

    /// <summary>Summaries of the context made inside the call; not part of the totals, billed at the same price.</summary>
    public UsageCounts Compaction;

    /// <summary>Consultations of a stronger model inside the call, billed at that model's price.</summary>
    public UsageCounts Advisor;

    public string AdvisorModel;

    /// <summary>Takes what an object states over what stands here; false if it is no object.</summary>
    public bool Update(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != '{')
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            ReadMembers(ref reader);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            Malformed = true;
        }

        return true;
    }

    public readonly UsageCounts ToCounts(out bool malformed)
    {
        malformed = Malformed;
        var counts = Compaction;
        counts[UsageClass.WebSearch] = Searches ?? 0;
        AddTokens(ref counts, ref malformed);
        return counts;
    }

    private readonly void AddTokens(ref UsageCounts counts, ref bool malformed)
    {
        var hour = Written1h ?? 0;
        var minutes = Written5m ?? 0;
        var total = CacheWritten ?? (hour + minutes);
        if (hour + minutes > total)
        {
            malformed = true;
            hour = Math.Min(hour, total);
        }
        else if (hour > 0 && minutes == 0)
        {
            // A write that grew after its lifetime was told is of that lifetime.
            hour = total;
        }

        var output = Output ?? 0;
        var thinking = Math.Min(Thinking ?? 0, output);
        malformed |= (Thinking ?? 0) > output;

        counts[UsageClass.Input] += Input ?? 0;
        counts[UsageClass.CacheRead] += CacheRead ?? 0;
        counts[UsageClass.CacheWrite1h] += hour;
        counts[UsageClass.CacheWrite5m] += total - hour;
        counts[UsageClass.Output] += output - thinking;
        counts[UsageClass.Reasoning] += thinking;
    }

    private void ReadMembers(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("input_tokens"u8))
            {
                Input = TokenNumber.Read(ref reader, ref Malformed) ?? Input;
            }
            else if (reader.ValueTextEquals("output_tokens"u8))
            {
                Output = TokenNumber.Read(ref reader, ref Malformed) ?? Output;
            }
            else if (reader.ValueTextEquals("cache_read_input_tokens"u8))
            {
                CacheRead = TokenNumber.Read(ref reader, ref Malformed) ?? CacheRead;
            }
            else if (reader.ValueTextEquals("cache_creation_input_tokens"u8))
            {
                CacheWritten = TokenNumber.Read(ref reader, ref Malformed) ?? CacheWritten;
            }
            else if (reader.ValueTextEquals("service_tier"u8))
            {
                reader.Read();
                Tier = TierName(ref reader, Tier);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("speed"u8))
            {
                reader.Read();
                IsFast = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("fast"u8);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("cache_creation"u8) || reader.ValueTextEquals("server_tool_use"u8)
                || reader.ValueTextEquals("output_tokens_details"u8))
            {
                ReadDetails(ref reader);
            }
            else if (reader.ValueTextEquals("iterations"u8))
            {
                ReadIterations(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    private static string TierName(ref Utf8JsonReader reader, string? current) =>
        reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > 64
            ? current ?? ""
            : current is not null && reader.ValueTextEquals(current) ? current : reader.GetString() ?? "";

    private void ReadDetails(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("ephemeral_5m_input_tokens"u8))
            {
                Written5m = TokenNumber.Read(ref reader, ref Malformed) ?? Written5m;
            }
            else if (reader.ValueTextEquals("ephemeral_1h_input_tokens"u8))
            {
                Written1h = TokenNumber.Read(ref reader, ref Malformed) ?? Written1h;
            }
            else if (reader.ValueTextEquals("web_search_requests"u8))
            {
                Searches = TokenNumber.Read(ref reader, ref Malformed) ?? Searches;
            }
            else if (reader.ValueTextEquals("thinking_tokens"u8))
            {
                Thinking = TokenNumber.Read(ref reader, ref Malformed) ?? Thinking;
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
    }

    /// <summary>
    /// The turns inside the call. Those of type <c>message</c> and <c>fallback_message</c> are in the totals already
    /// (and a fallback's declined attempt is not billed); <c>compaction</c> and <c>advisor_message</c> are not.
    /// </summary>
    private void ReadIterations(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        Compaction = default;
        Advisor = default;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            var before = reader;
            reader.Skip();
            ReadIteration(before);
        }
    }

    private void ReadIteration(Utf8JsonReader reader)
    {
        var peek = reader;
        var isCompaction = false;
        var isAdvisor = false;
        var model = "";
        while (peek.Read() && peek.TokenType == JsonTokenType.PropertyName)
        {
            var isType = peek.ValueTextEquals("type"u8);
            var isModel = peek.ValueTextEquals("model"u8);
            peek.Read();
            if (peek.TokenType == JsonTokenType.String)
            {
                isCompaction |= isType && peek.ValueTextEquals("compaction"u8);
                isAdvisor |= isType && peek.ValueTextEquals("advisor_message"u8);
                model = isModel ? Labels.Clean(peek.GetString()) : model;
            }

            peek.Skip();
        }

        if (!isCompaction && !isAdvisor)
        {
            return;
        }

        var turn = default(AnthropicUsage);
        turn.ReadMembers(ref reader);
        turn.Compaction = default;
        var counts = turn.ToCounts(out var malformed);
        Malformed |= malformed;
        if (isCompaction)
        {
            Compaction += counts;
        }
        else
        {
            Advisor += counts;
            AdvisorModel = model;
        }
    }
}
