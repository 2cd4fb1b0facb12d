using System.Text.Json;
using Assay.Translation.Canonical;

namespace Assay.Translation.Streaming;

/// <summary>Reads the events of one upstream format. Events are looked at in place; nothing is kept of them.</summary>
internal abstract class AnswerStream(AnswerEvents events) : IStreamEvents
{
    protected AnswerEvents Events { get; } = events;

    /// <summary>Where a string that has to be understood is put; reused.</summary>
    protected System.Buffers.ArrayBufferWriter<byte> Scratch { get; } = new(64);

    public abstract void Event(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data);

    /// <summary>The bytes have ended: whether what was seen is a complete answer.</summary>
    public abstract bool IsComplete { get; }

    protected Utf8JsonReader Reader(ReadOnlySpan<byte> data) =>
        new(data, new JsonReaderOptions { MaxDepth = Events.Context.Limits.DepthMax });

    protected JsonDocument Parse(ReadOnlySpan<byte> data) =>
        JsonDocument.Parse(data.ToArray(), new JsonDocumentOptions { MaxDepth = Events.Context.Limits.DepthMax });

    /// <summary>The value that comes as a short text; empty for anything else, which is skipped.</summary>
    protected static string Short(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString() ?? "";
        }

        reader.Skip();
        return "";
    }

    /// <summary>The inside of the string that comes, escaped; empty for anything else, which is skipped.</summary>
    protected static ReadOnlySpan<byte> Escaped(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.ValueSpan;
        }

        reader.Skip();
        return default;
    }

    /// <summary>An error object of the upstream inside the stream, in whichever of the known shapes.</summary>
    protected void FailWith(JsonElement error, int statusDefault = 500)
    {
        var read = ErrorBodies.Read(error, statusDefault);
        Events.Fail(read);
    }
}
