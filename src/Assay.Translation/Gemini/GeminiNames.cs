using System.Text;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Gemini;

/// <summary>Google takes every name in two spellings, <c>systemInstruction</c> and <c>system_instruction</c>.</summary>
internal static class GeminiNames
{
    public static string Camel(string name)
    {
        if (!name.Contains('_', StringComparison.Ordinal))
        {
            return name;
        }

        var text = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '_' && i + 1 < name.Length)
            {
                text.Append(char.ToUpperInvariant(name[++i]));
            }
            else
            {
                text.Append(name[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>A member by its camel-case name, in either spelling.</summary>
    public static JsonElement Get(this JsonElement element, string camel)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return default;
        }

        if (element.TryGetProperty(camel, out var value))
        {
            return value;
        }

        foreach (var member in element.EnumerateObject())
        {
            if (string.Equals(Camel(member.Name), camel, StringComparison.Ordinal))
            {
                return member.Value;
            }
        }

        return default;
    }

    public static RawText GetText(this JsonElement element, string camel)
    {
        var value = element.Get(camel);
        return value.IsNull() ? default : RawText.Of(value);
    }
}

/// <summary>
/// A seal in <c>thoughtSignature</c>, which libraries decode as base64: another provider's travels inside base64, with
/// the thought that belongs to it.
/// </summary>
internal static class GeminiSeals
{
    /// <summary>Base64 of <c>assay1</c>.</summary>
    private static ReadOnlySpan<byte> Beginning => "YXNzYXkx"u8;

    public static ReasoningPart Read(RawText signature, JsonElement at)
    {
        if (!signature.Escaped.StartsWith(Beginning))
        {
            return new ReasoningPart(default, new Opaque(ApiFormat.Gemini, signature)) { At = at };
        }

        var text = signature.Decode().Replace('-', '+').Replace('_', '/');
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException)
        {
            return new ReasoningPart(default, new Opaque(ApiFormat.Gemini, signature)) { At = at };
        }

        var line = bytes.AsSpan().IndexOf((byte)'\n');
        var seal = RawText.OfEscaped(line < 0 ? bytes : bytes.AsMemory(0, line));
        var thought = line < 0 ? default : RawText.OfEscaped(bytes.AsMemory(line + 1));
        return new ReasoningPart(thought, Opaque.Read(ApiFormat.Gemini, seal)) { At = at };
    }

    /// <summary>The value of <c>thoughtSignature</c>, escaped.</summary>
    public static byte[] Write(ApiFormat origin, bool redacted, ReadOnlySpan<byte> seal, ReadOnlySpan<byte> thought)
    {
        if (origin == ApiFormat.Gemini)
        {
            return seal.ToArray();
        }

        byte[] bytes = redacted
            ? [.. Opaque.Mark(origin), .. Opaque.Redacted, .. seal]
            : [.. Opaque.Mark(origin), .. seal, (byte)'\n', .. thought];
        return Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes));
    }
}
