using System.Globalization;
using Assay.Ledger.Money;

namespace Assay.Server.Directory;

/// <summary>
/// What names, addresses and amounts may look like, in one place for the API and for <c>assay apply</c>. Each rule
/// answers null if the value is good, or else a sentence that says what to write instead.
/// </summary>
internal static class InputRules
{
    public const int IdLengthMax = 64;
    public const int NameLengthMax = 120;
    public const int EmailLengthMax = 254;
    public const int PatternLengthMax = 128;
    public const int PatternsMax = 64;
    public const long TokensMax = 1_000_000_000_000_000;

    /// <summary>Ids of teams and agents, and names of use cases.</summary>
    public static string? FaultInAttribution(string? word) => word is null || DirectoryWords.Switches.ContainsKey(word)
        ? null
        : $"'{Shorten(word)}' is not valid: say {DirectoryWords.List<AttributionSwitch>()}.";

    public static string? FaultInId(string? id)
    {
        if (string.IsNullOrEmpty(id))
        {
            return "is missing.";
        }

        var good = id.Length <= IdLengthMax && char.IsAsciiLetterOrDigit(id[0]);
        foreach (var c in id)
        {
            good &= char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.';
        }

        return good
            ? null
            : $"'{Shorten(id)}' is not valid: use 1 to {IdLengthMax} lower-case letters, digits, '-', '_' and '.', "
                + "beginning with a letter or digit.";
    }

    /// <summary>Names shown to people: any script, no control characters.</summary>
    public static string? FaultInName(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return "is missing.";
        }

        if (name.Length > NameLengthMax)
        {
            return $"has {name.Length} characters: use at most {NameLengthMax}.";
        }

        if (char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1]))
        {
            return "begins or ends with a space: remove it.";
        }

        foreach (var c in name)
        {
            // Format characters can turn the reading direction and make one name look like another.
            if (char.IsControl(c)
                || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator)
            {
                return "has a control or invisible character: remove it.";
            }
        }

        return null;
    }

    public static string? FaultInEmail(string? email)
    {
        if (string.IsNullOrEmpty(email))
        {
            return "is missing.";
        }

        var at = email.IndexOf('@', StringComparison.Ordinal);
        var good = email.Length <= EmailLengthMax && at > 0 && at == email.LastIndexOf('@') && at < email.Length - 1
            && email[^1] != '.' && email[at + 1] != '.';
        foreach (var c in email)
        {
            good &= c > ' ' && c != 0x7f && !char.IsWhiteSpace(c) && c is not (',' or ';' or ':' or '<' or '>' or '"' or '\\' or '(' or ')');
        }

        return good ? null : $"'{Shorten(email)}' is not an e-mail address such as ada@example.com.";
    }

    /// <summary>E-mail addresses are compared and kept in lower case.</summary>
    public static string CanonicalEmail(string email) => email.ToLowerInvariant();

    public static string? FaultInPatterns(IReadOnlyList<string?> patterns)
    {
        if (patterns.Count > PatternsMax)
        {
            return $"has {patterns.Count} patterns: give at most {PatternsMax}.";
        }

        foreach (var pattern in patterns)
        {
            var good = pattern is { Length: > 0 and <= PatternLengthMax };
            foreach (var c in pattern ?? "")
            {
                good &= c is > ' ' and < (char)0x7f;
            }

            if (!good)
            {
                return $"'{Shorten(pattern ?? "")}' is not a model name or a pattern such as gpt-*: "
                    + $"use 1 to {PatternLengthMax} visible ASCII characters.";
            }
        }

        return null;
    }

    public static string? FaultInUseCases(IReadOnlyList<string?> useCases)
    {
        if (useCases.Count > PatternsMax)
        {
            return $"has {useCases.Count} use cases: give at most {PatternsMax}.";
        }

        foreach (var useCase in useCases)
        {
            if (FaultInId(useCase) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>A target in the configuration's own words: <c>provider/model</c>.</summary>
    public static string? FaultInTarget(string? target)
    {
        if (string.IsNullOrEmpty(target))
        {
            return "is missing.";
        }

        var slash = target.IndexOf('/', StringComparison.Ordinal);
        var good = target.Length <= PatternLengthMax && slash > 0 && slash < target.Length - 1;
        foreach (var c in target)
        {
            good &= c is > ' ' and < (char)0x7f and not '*';
        }

        return good ? null : $"'{Shorten(target)}' is not a target such as metacode/qwen3-coder.";
    }

    public static string? FaultInUsd(string? text, out long nanos)
    {
        nanos = 0;
        if (string.IsNullOrEmpty(text))
        {
            return "is missing.";
        }

        if (!NanoUsd.TryParse(text, out var amount) || amount < NanoUsd.Zero)
        {
            return $"'{Shorten(text)}' is not an amount: write US dollars as a decimal number such as 25.00, "
                + "zero or more, at most nine decimal places, at most 9000000000.";
        }

        nanos = amount.Nanos;
        return null;
    }

    public static string? FaultInTokens(string? text, out long tokens)
    {
        tokens = 0;
        if (string.IsNullOrEmpty(text))
        {
            return "is missing.";
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out tokens) && tokens <= TokensMax
            ? null
            : $"'{Shorten(text)}' is not a number of tokens: write a whole number such as 1000000, at most {TokensMax}.";
    }

    /// <summary>A number in a rate limit: absent, or from 1 on. To stop a scope altogether is not a rate.</summary>
    public static string? FaultInRate(long? number) => number is null or (>= 1 and <= TokensMax)
        ? null
        : $"{number} is not valid: give a whole number from 1 to {TokensMax}, or leave it out for no limit.";

    public static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
