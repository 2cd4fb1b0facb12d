namespace Assay.Judgments.Lint;

/// <summary>
/// Patterns of paths: <c>*</c> and <c>?</c> within a name, <c>**</c> over folders. A pattern without them is a file, or a
/// folder with all that is in it.
/// </summary>
public static class PathGlob
{
    public static bool Matches(string pattern, string path)
    {
        var wanted = pattern.Replace('\\', '/').TrimStart('/');
        if (wanted.EndsWith('/'))
        {
            wanted += "**";
        }

        if (!wanted.AsSpan().ContainsAny('*', '?'))
        {
            return path.StartsWith(wanted, StringComparison.Ordinal)
                && (path.Length == wanted.Length || path[wanted.Length] == '/');
        }

        return Match(wanted, path);
    }

    /// <summary>True if a file of the sorted list matches. Only files that begin like the pattern are looked at.</summary>
    public static bool MatchesAny(string pattern, IReadOnlyList<string> sorted)
    {
        var wanted = pattern.Replace('\\', '/').TrimStart('/');
        var wild = wanted.AsSpan().IndexOfAny('*', '?');
        var start = wild < 0 ? wanted.TrimEnd('/') : wanted[..wild];
        for (var i = LowerBound(sorted, start); i < sorted.Count && sorted[i].StartsWith(start, StringComparison.Ordinal); i++)
        {
            if (Matches(wanted, sorted[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> path)
    {
        while (!pattern.IsEmpty)
        {
            if (pattern.StartsWith("**"))
            {
                var rest = pattern[2..];
                if (rest.IsEmpty)
                {
                    return true;
                }

                // "**/" also stands for no folder at all.
                rest = rest[0] == '/' ? rest[1..] : rest;
                for (var i = 0; i <= path.Length; i++)
                {
                    if ((i == 0 || path[i - 1] == '/') && Match(rest, path[i..]))
                    {
                        return true;
                    }
                }

                return false;
            }

            if (pattern[0] == '*')
            {
                for (var i = 0; i <= path.Length; i++)
                {
                    if (Match(pattern[1..], path[i..]))
                    {
                        return true;
                    }

                    if (i < path.Length && path[i] == '/')
                    {
                        return false;
                    }
                }

                return false;
            }

            if (path.IsEmpty || (pattern[0] == '?' ? path[0] == '/' : pattern[0] != path[0]))
            {
                return false;
            }

            pattern = pattern[1..];
            path = path[1..];
        }

        return path.IsEmpty;
    }

    private static int LowerBound(IReadOnlyList<string> sorted, string start)
    {
        var (low, high) = (0, sorted.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(sorted[middle], start) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
