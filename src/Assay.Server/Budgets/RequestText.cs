using System.Globalization;
using Assay.Server.Api;
using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>What the free text and the times of requests may look like; null for good, or what to write instead.</summary>
internal static class RequestText
{
    public static string? FaultInReason(string? text, bool isRequired)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return isRequired ? "is missing: say why in a sentence." : null;
        }

        if (text.Length > BudgetRequest.ReasonLengthMax)
        {
            return $"has {text.Length} characters: use at most {BudgetRequest.ReasonLengthMax}.";
        }

        // Others read it on pages and in mails: it must not be able to look like something else.
        foreach (var c in text)
        {
            // A zero-width joiner is a part of many emoji and scripts.
            if ((char.IsControl(c) && c is not ('\n' or '\r' or '\t'))
                || (char.GetUnicodeCategory(c) == UnicodeCategory.Format && c != '\u200d'))
            {
                return "has a control or invisible character: remove it.";
            }
        }

        return null;
    }

    public static string? FaultInJudgment(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var good = text.Length <= BudgetRequest.JudgmentLengthMax;
        foreach (var c in text)
        {
            good &= c is > ' ' and < (char)0x7f;
        }

        return good
            ? null
            : $"'{InputRules.Shorten(text)}' is not a judgment: give its id or its address, at most {BudgetRequest.JudgmentLengthMax} visible ASCII characters.";
    }

    public static string? FaultInUntil(string? text, long nowMs, out long? untilMs)
    {
        untilMs = null;
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (!Rfc3339.TryParse(text, out var time))
        {
            return $"'{InputRules.Shorten(text)}' is not a time such as 2027-01-31T00:00:00Z or a date such as 2027-01-31.";
        }

        untilMs = time.ToUnixTimeMilliseconds();
        return untilMs > nowMs ? null : $"'{InputRules.Shorten(text)}' has passed: give a time to come.";
    }
}
