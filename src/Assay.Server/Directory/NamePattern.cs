namespace Assay.Server.Directory;

/// <summary>A name pattern where <c>*</c> stands for any run of characters, as in <c>gpt-*</c>. Case matters.</summary>
internal static class NamePattern
{
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        // Greedy with one point to come back to: linear for the patterns people write, quadratic at worst, never
        // exponential, whatever the pattern.
        int p = 0, n = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    /// <summary>Whether the name matches one of the patterns; a list without patterns allows every name.</summary>
    public static bool Allows(IReadOnlyList<string> patterns, ReadOnlySpan<char> name)
    {
        if (patterns.Count == 0)
        {
            return true;
        }

        for (var i = 0; i < patterns.Count; i++)
        {
            if (IsMatch(patterns[i], name))
            {
                return true;
            }
        }

        return false;
    }
}
