using System.Text;
using Assay.Server.Formats;

namespace Assay.Server.Tests.Formats;

/// <summary>Feeds streams to taps in pieces.</summary>
internal static class Streams
{
    public static readonly RouteMatch Chat = new(WireFormat.OpenAI, Operation.ChatCompletions);
    public static readonly RouteMatch Responses = new(WireFormat.OpenAI, Operation.Responses);
    public static readonly RouteMatch Embeddings = new(WireFormat.OpenAI, Operation.Embeddings);
    public static readonly RouteMatch Messages = new(WireFormat.Anthropic, Operation.Messages);
    public static readonly RouteMatch Generate = new(WireFormat.Gemini, Operation.GenerateContent, "gemini-2.5-flash");
    public static readonly RouteMatch Stream = new(WireFormat.Gemini, Operation.StreamGenerateContent, "gemini-2.5-flash");

    public static UsageReading ReadEvents(RouteMatch match, string text, int pieceBytes = int.MaxValue) =>
        Read(UsageTaps.Create(match, isEventStream: true, contentEncoding: ""), text, pieceBytes);

    public static UsageReading ReadBody(RouteMatch match, string text, int pieceBytes = int.MaxValue) =>
        Read(UsageTaps.Create(match, isEventStream: false, contentEncoding: ""), text, pieceBytes);

    public static UsageReading Read(UsageTap tap, string text, int pieceBytes) =>
        Read(tap, Encoding.UTF8.GetBytes(text), pieceBytes);

    public static UsageReading Read(UsageTap tap, ReadOnlySpan<byte> bytes, int pieceBytes)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(pieceBytes, bytes.Length)];
            tap.Observe(piece);
            bytes = bytes[piece.Length..];
        }

        return tap.Complete();
    }
}
