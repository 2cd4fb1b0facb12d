using Assay.Server.Formats.Anthropic;
using Assay.Server.Formats.Bedrock;
using Assay.Server.Formats.Gemini;
using Assay.Server.Formats.OpenAI;

namespace Assay.Server.Formats;

/// <summary>Chooses the tap for an answer.</summary>
internal static class UsageTaps
{
    /// <summary>The tap for an answer with success status.</summary>
    /// <param name="match">The call; its format must be the one in which the provider answers.</param>
    /// <param name="isEventStream">Whether the answer's content type is <c>text/event-stream</c>.</param>
    /// <param name="contentEncoding">The answer's <c>content-encoding</c>; empty if none.</param>
    public static UsageTap Create(RouteMatch match, bool isEventStream, string contentEncoding)
    {
        if (!match.Operation.IsBilled() || match.Format == WireFormat.None)
        {
            return new BlindTap(isFree: !match.Operation.IsBilled());
        }

        return Decoded(Plain(match, isEventStream), contentEncoding);
    }

    /// <summary>The tap for an answer in a cloud's binary frames that go to the client as they are.</summary>
    public static UsageTap CreateFramed(RouteMatch match) => new FramedTap(Create(match, isEventStream: true, contentEncoding: ""));

    /// <summary>A tap that decompresses for another what is compressed.</summary>
    public static UsageTap Decoded(UsageTap inner, string contentEncoding) =>
        contentEncoding.Length == 0 || contentEncoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? inner
            : new CompressedTap(inner, contentEncoding);

    /// <summary>Reads a whole answer that is not a stream of events.</summary>
    public static UsageReading ReadBody(RouteMatch match, ReadOnlySpan<byte> wholeBody)
    {
        var tap = Create(match, isEventStream: false, contentEncoding: "");
        tap.Observe(wholeBody);
        return tap.Complete();
    }

    private static UsageTap Plain(RouteMatch match, bool isEventStream)
    {
        UsageReader reader = match.Format switch
        {
            WireFormat.Anthropic => new AnthropicUsageReader(isEventStream),
            WireFormat.Gemini => new GeminiUsageReader(match.Operation, isEventStream),
            WireFormat.Converse => new BedrockUsageReader(isEventStream),
            _ => new OpenAIUsageReader(match.Operation, isEventStream),
        };
        return isEventStream ? new EventStreamTap(reader) : new BodyTap(reader);
    }

    /// <summary>For answers without usage: free operations, and pass-through in an unknown format.</summary>
    private sealed class BlindTap(bool isFree) : UsageTap
    {
        private long _bytes;

        protected override void Read(ReadOnlySpan<byte> bytes) => _bytes += bytes.Length;

        protected override UsageReading Finish() => new()
        {
            HasInput = isFree,
            HasOutput = isFree,
            OutputBytes = isFree ? 0 : _bytes,
            Events = _bytes > 0 ? 1 : 0,
        };
    }
}
