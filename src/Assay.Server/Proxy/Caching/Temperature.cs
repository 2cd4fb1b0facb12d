using System.Text.Json;
using Assay.Server.Formats;

namespace Assay.Server.Proxy.Caching;

/// <summary>Whether a request says that the likeliest word is to be taken each time.</summary>
internal static class Temperature
{
    /// <param name="body">A body that was scanned before.</param>
    public static bool IsZero(ReadOnlySpan<byte> body)
    {
        try
        {
            return IsZero(body, body.StartsWith("\uFEFF"u8) ? 3 : 0, mayNest: true);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsZero(ReadOnlySpan<byte> json, int at, bool mayNest)
    {
        var cursor = new JsonCursor(json, at);
        var isZero = false;
        if (!cursor.TryEnterObject())
        {
            return false;
        }

        while (cursor.TryReadName(out var name))
        {
            cursor.SkipSpace();
            var start = cursor.At;
            cursor.SkipValue();
            if (name.SequenceEqual("\"temperature\""u8))
            {
                isZero = json[start..cursor.At].Trim((byte)' ') is [(byte)'0'] or [(byte)'0', (byte)'.', (byte)'0'];
            }
            else if (mayNest && (name.SequenceEqual("\"generationConfig\""u8) || name.SequenceEqual("\"generation_config\""u8)))
            {
                isZero |= IsZero(json[start..cursor.At], 0, mayNest: false);
            }
        }

        return isZero;
    }
}
