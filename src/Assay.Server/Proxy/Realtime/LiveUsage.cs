using System.Runtime.InteropServices;
using System.Text.Json;
using Assay.Ledger.Usage;
using Assay.Server.Formats.Gemini;

namespace Assay.Server.Proxy.Realtime;

/// <summary>
/// Reads usage from what a Gemini Live server says. <c>usageMetadata</c> tells one generation alone, with all that the context
/// holds by then as its prompt, and each is billed: so they are added up. One that is told again as it grows (the same prompt,
/// no less output) replaces itself.
/// </summary>
internal sealed class LiveUsage(string model) : ISessionUsage
{
    private UsageCounts _ended;
    private UsageCounts _last;
    private long _prompt = -1;
    private int _queries;
    private bool _turnOver;

    public UsageCounts Counts => _ended + _last;

    /// <summary>Like the last one: what was said stays in the context and is billed again.</summary>
    public UsageCounts Next => _last;

    public bool IsOpen { get; private set; }

    public bool ReadsBinary => true;

    public bool Observe(ReadOnlySpan<byte> message)
    {
        // Cheap first: nearly all messages carry a piece of audio and nothing else.
        var tellsUsage = message.IndexOf("\"usageMetadata\""u8) >= 0;
        if (!tellsUsage && message.IndexOf("\"turnComplete\""u8) < 0 && message.IndexOf("\"groundingMetadata\""u8) < 0)
        {
            if (message.IndexOf("\"modelTurn\""u8) >= 0 || message.IndexOf("\"toolCall\""u8) >= 0)
            {
                Begin();
            }

            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(message.ToArray());
            return document.RootElement.ValueKind == JsonValueKind.Object && Read(document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool Read(JsonElement root)
    {
        var content = Member(root, "serverContent"u8);
        if (Member(content, "modelTurn"u8).ValueKind == JsonValueKind.Object || Member(root, "toolCall"u8).ValueKind == JsonValueKind.Object)
        {
            Begin();
        }

        // Told again in further messages of a turn as it grows: the longest is all of it.
        if (Member(Member(content, "groundingMetadata"u8), "webSearchQueries"u8) is { ValueKind: JsonValueKind.Array } queries)
        {
            _queries = Math.Max(_queries, queries.GetArrayLength());
        }

        var told = Member(root, "usageMetadata"u8) is { ValueKind: JsonValueKind.Object } usage && Add(usage);
        if (Member(content, "turnComplete"u8).ValueKind == JsonValueKind.True)
        {
            _turnOver = true;
            var searches = GeminiUsageReader.IsBilledByQuery(model) ? _queries : Math.Min(_queries, 1);
            _ended[UsageClass.WebSearch] += searches;
            _queries = 0;
            told |= searches > 0;
        }

        return told;
    }

    private bool Add(JsonElement usage)
    {
        var read = default(GeminiUsage);
        read.Update(JsonMarshal.GetRawUtf8Value(usage));
        var counts = read.ToCounts(out _);
        if (counts.IsZero)
        {
            return false;
        }

        var isSame = _prompt >= 0 && read.Prompt == _prompt && counts.TotalOutputTokens >= _last.TotalOutputTokens;
        if (!isSame)
        {
            _ended += _last;
        }

        (_last, _prompt, IsOpen) = (counts, read.Prompt ?? -1, false);
        return true;
    }

    private void Begin()
    {
        IsOpen = true;
        if (_turnOver)
        {
            // Another turn: what is told from here on is another generation, whatever its numbers.
            (_turnOver, _prompt) = (false, -1);
        }
    }

    private static JsonElement Member(JsonElement of, ReadOnlySpan<byte> name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;
}
