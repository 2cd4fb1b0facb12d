using System.Buffers;
using System.Globalization;

namespace Assay.Judgments.Shapes;

/// <summary>The forms of text that JSON Schema only asserts when it is told to; here they always are.</summary>
public static class TextForms
{
    private static readonly SearchValues<char> s_notInAddresses = SearchValues.Create(" \t,;<>()[]\\\"");

    /// <summary>What is wrong with the text, or null.</summary>
    public static string? FaultIn(TextForm form, string text) => form switch
    {
        TextForm.Uuid => IsUuid(text)
            ? null
            : "is not a UUID in lower case such as 01929f3e-7c1a-7b52-9d1e-3a6f0c2b4d10",
        TextForm.DateTime => TryDateTime(text, out _)
            ? null
            : "is not a time with an offset (RFC 3339) such as 2026-10-24T14:03:00+02:00",
        TextForm.Date => TryDate(text, out _) ? null : "is not a day such as 2026-12-01",
        TextForm.Email => IsEmail(text) ? null : "is not an e-mail address",
        TextForm.Slug => char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? null
            : "is not a name of letters, digits, dots, dashes and underscores",
        TextForm.SemanticVersion => text.Split('.') is { Length: 3 } parts && parts.All(p => p.Length is > 0 and < 9 && p.All(char.IsAsciiDigit))
            ? null
            : "is not a version such as 0.3.1",
        TextForm.FolderPattern => text.Replace("{year}", "", StringComparison.Ordinal).Replace("{month}", "", StringComparison.Ordinal).AsSpan().ContainsAny('{', '}')
            ? "holds braces that are neither {year} nor {month}"
            : null,
        _ => null,
    };

    public static bool IsUuid(string text) =>
        text.Length == 36 && Guid.TryParseExact(text, "D", out _) && !text.AsSpan().ContainsAnyInRange('A', 'Z');

    public static bool IsEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == text.LastIndexOf('@') && at < text.Length - 1 && text.Length <= 254
            && !text.AsSpan().ContainsAny(s_notInAddresses) && text[^1] != '.' && text[at + 1] != '.';
    }

    public static bool TryDate(string text, out DateOnly date) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);

    /// <summary>RFC 3339's date-time, by hand: the framework's parser takes more than the standard allows.</summary>
    public static bool TryDateTime(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < 20 or > 40 || text[10] is not ('T' or 't') || !TryDate(text[..10], out var date)
            || !TryTwoDigits(text, 11, 23, out var hour) || text[13] != ':'
            || !TryTwoDigits(text, 14, 59, out var minute) || text[16] != ':'
            || !TryTwoDigits(text, 17, 59, out var second))
        {
            return false;
        }

        var i = 19;
        long ticks = 0;
        if (text[i] == '.')
        {
            var scale = TimeSpan.TicksPerSecond;
            var digits = 0;
            for (i++; i < text.Length && char.IsAsciiDigit(text[i]); i++, digits++)
            {
                scale /= 10;
                ticks += (text[i] - '0') * scale;
            }

            if (digits == 0)
            {
                return false;
            }
        }

        if (!TryOffset(text, i, out var offset))
        {
            return false;
        }

        var local = date.ToDateTime(new TimeOnly(hour, minute, second)).AddTicks(ticks);
        if (local.Ticks - offset.Ticks < 0 || local.Ticks - offset.Ticks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new DateTimeOffset(local, offset);
        return true;
    }

    private static bool TryOffset(string text, int i, out TimeSpan offset)
    {
        offset = default;
        if (i == text.Length - 1 && text[i] is 'Z' or 'z')
        {
            return true;
        }

        // Fourteen hours is the furthest that any place is from UTC, and the most that a DateTimeOffset holds.
        if (i != text.Length - 6 || text[i] is not ('+' or '-') || text[i + 3] != ':'
            || !TryTwoDigits(text, i + 1, 14, out var hours) || !TryTwoDigits(text, i + 4, 59, out var minutes)
            || (hours == 14 && minutes > 0))
        {
            return false;
        }

        offset = new TimeSpan(hours, minutes, 0);
        offset = text[i] == '-' ? -offset : offset;
        return true;
    }

    private static bool TryTwoDigits(string text, int at, int max, out int value)
    {
        value = 0;
        if (at + 1 >= text.Length || !char.IsAsciiDigit(text[at]) || !char.IsAsciiDigit(text[at + 1]))
        {
            return false;
        }

        value = ((text[at] - '0') * 10) + text[at + 1] - '0';
        return value <= max;
    }
}
