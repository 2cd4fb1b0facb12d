namespace Assay.Judgments.Lint;

/// <summary>
/// JL014: relative links lead to files, and affected paths exist. Sealed entries are left alone: files go with time, and
/// a sealed entry cannot be changed any more.
/// </summary>
internal static class PathRules
{
    public static void Check(LintContext context, LogEntry entry, List<Finding> findings)
    {
        if (context.Files is not { } files || context.IsSealed(entry))
        {
            return;
        }

        foreach (var pattern in entry.Judgment.Affects)
        {
            if (!PathGlob.MatchesAny(pattern, files))
            {
                Linter.Report(findings, "JL014", entry, "affects", $"'{pattern}' matches no file: it guards nothing.");
            }
        }

        foreach (var section in entry.Judgment.Sections)
        {
            foreach (var target in Links(section.Text))
            {
                if (Resolve(entry.Path, target) is not { } path || !PathGlob.MatchesAny(path, files))
                {
                    findings.Add(Linter.Report("JL014", entry.Path, (section.Line, 1), $"The link to '{target}' leads to no file."));
                }
            }
        }
    }

    /// <summary>The targets of inline links that are paths.</summary>
    private static IEnumerable<string> Links(string text)
    {
        for (var at = text.IndexOf("](", StringComparison.Ordinal); at >= 0; at = text.IndexOf("](", at + 2, StringComparison.Ordinal))
        {
            var end = text.AsSpan(at + 2).IndexOfAny(')', '\n', ' ');
            if (end <= 0)
            {
                continue;
            }

            var target = text.Substring(at + 2, end);
            var cut = target.IndexOf('#', StringComparison.Ordinal);
            target = cut >= 0 ? target[..cut] : target;
            if (target.Length > 0 && target[0] != '/' && !target.Contains(':', StringComparison.Ordinal))
            {
                yield return target;
            }
        }
    }

    private static string? Resolve(string from, string target)
    {
        var parts = from.Split('/').SkipLast(1).ToList();
        foreach (var part in target.Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ""))
            {
                parts.Add(Uri.UnescapeDataString(part));
            }
        }

        return string.Join('/', parts);
    }
}
