using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Server.Formats;

namespace Assay.Server.Routing.Dialects;

/// <summary>
/// Changes the few members at the top of a body that a cloud wants in another way. Everything else keeps its bytes.
/// </summary>
internal static class WrappedBody
{
    private const int BetasMax = 64;

    /// <summary>What becomes of the members.</summary>
    internal readonly record struct Changes
    {
        /// <summary>The model's new name; null to keep it, or see <see cref="DropsModel"/>.</summary>
        public string? Model { get; init; }

        public bool DropsModel { get; init; }

        public bool DropsStream { get; init; }

        /// <summary>The value of <c>anthropic_version</c>; null for none.</summary>
        public string? AnthropicVersion { get; init; }

        /// <summary>The client's <c>anthropic-beta</c>, to stand in the body; null if it sent none.</summary>
        public string? Betas { get; init; }
    }

    /// <param name="body">A JSON object that was scanned before.</param>
    /// <param name="changes">What to change.</param>
    /// <param name="output">Gets the new body.</param>
    public static void Write(ReadOnlySpan<byte> body, in Changes changes, IBufferWriter<byte> output)
    {
        var cursor = new JsonCursor(body, body.StartsWith("\uFEFF"u8) ? 3 : 0);
        if (!cursor.TryEnterObject())
        {
            output.Write(body);
            return;
        }

        output.Write("{"u8);
        var hasMember = Begin(changes, output);
        while (true)
        {
            // The name is read with the colon behind it, the value right after.
            cursor.SkipSpace();
            if (!cursor.TryReadName(out var name))
            {
                break;
            }

            cursor.SkipSpace();
            var start = cursor.At;
            cursor.SkipValue();
            if (Drops(name, changes))
            {
                continue;
            }

            output.Write(hasMember ? ","u8 : default);
            hasMember = true;
            output.Write(name);
            output.Write(":"u8);
            if (changes.Model is { } model && name.SequenceEqual("\"model\""u8))
            {
                WriteText(model, output);
            }
            else
            {
                output.Write(body[start..cursor.At]);
            }
        }

        output.Write("}"u8);
    }

    private static bool Begin(in Changes changes, IBufferWriter<byte> output)
    {
        if (changes.AnthropicVersion is not { } version)
        {
            return false;
        }

        output.Write("\"anthropic_version\":"u8);
        WriteText(version, output);
        if (changes.Betas is { Length: > 0 } betas)
        {
            output.Write(",\"anthropic_beta\":["u8);
            var names = betas.Split(',', BetasMax, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < names.Length; i++)
            {
                output.Write(i > 0 ? ","u8 : default);
                WriteText(names[i], output);
            }

            output.Write("]"u8);
        }

        return true;
    }

    private static bool Drops(ReadOnlySpan<byte> name, in Changes changes) =>
        (changes.DropsModel && name.SequenceEqual("\"model\""u8))
        || (changes.DropsStream && name.SequenceEqual("\"stream\""u8))
        || (changes.AnthropicVersion is not null && name.SequenceEqual("\"anthropic_version\""u8))
        || (changes.Betas is not null && name.SequenceEqual("\"anthropic_beta\""u8));

    private static void WriteText(string text, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        output.Write(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        output.Write("\""u8);
    }
}
