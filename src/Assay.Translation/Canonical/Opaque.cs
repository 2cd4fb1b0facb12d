using System.Text;
using Assay.Translation.Json;

namespace Assay.Translation.Canonical;

/// <summary>
/// What only one provider can read: a signature, encrypted reasoning. In another format's field for such things it
/// travels with a mark that says whose it is, so that on the way back it is given to its own provider and kept from
/// every other, which would answer 400.
/// </summary>
/// <param name="Origin">Whose it is.</param>
/// <param name="Value">Base64 or similar; an escaped JSON text.</param>
internal readonly record struct Opaque(ApiFormat Origin, RawText Value)
{
    public bool IsSet => Value.IsSet && !Value.IsEmpty;

    /// <summary>The mark: ASCII that no provider's own value begins with.</summary>
    public static ReadOnlySpan<byte> Mark(ApiFormat origin) => origin switch
    {
        ApiFormat.AnthropicMessages => "assay1-anthropic-"u8,
        ApiFormat.OpenAIResponses => "assay1-responses-"u8,
        ApiFormat.Gemini => "assay1-gemini-"u8,
        ApiFormat.BedrockConverse => "assay1-converse-"u8,
        _ => "assay1-chat-"u8,
    };

    /// <summary>Between the mark and a thought that is encrypted as a whole (Anthropic's <c>redacted_thinking</c>, also by way of Bedrock).</summary>
    public static ReadOnlySpan<byte> Redacted => "redacted."u8;

    /// <summary>The value for Anthropic's <c>redacted_thinking</c>, if it is one that has travelled.</summary>
    public bool TryRedacted(out RawText data)
    {
        data = default;
        if (Origin is not (ApiFormat.AnthropicMessages or ApiFormat.BedrockConverse) || !Value.IsSet || !Value.Escaped.StartsWith(Redacted))
        {
            return false;
        }

        data = Value.From(Redacted.Length);
        return true;
    }

    /// <summary>Reads a value from a format's own field: the format's own, or one that travels in it.</summary>
    public static Opaque Read(ApiFormat format, RawText value)
    {
        if (!value.IsSet || !value.Escaped.StartsWith("assay1-"u8))
        {
            return new Opaque(format, value);
        }

        foreach (var origin in Enum.GetValues<ApiFormat>())
        {
            var mark = Mark(origin);
            if (value.Escaped.StartsWith(mark))
            {
                return new Opaque(origin, RawText.OfEscaped(value.Escaped[mark.Length..].ToArray()));
            }
        }

        return new Opaque(format, value);
    }

    /// <inheritdoc />
    public override string ToString() => $"{Origin}: {Encoding.UTF8.GetString(Value.Escaped)}";
}
