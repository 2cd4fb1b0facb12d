using System.Text.RegularExpressions;

namespace Assay.Outcomes.Reverts;

/// <summary>Reads from a change's own words what it undoes.</summary>
public static partial class RevertReader
{
    private const int TextMax = 64 * 1024;
    private const int ClaimsMax = 50;

    /// <summary>Everything a change says that it undoes, the surest first. Only when it is accepted does it undo anything.</summary>
    /// <param name="title">Its title, or the subject of a commit.</param>
    /// <param name="description">Its description, or the body of a commit.</param>
    /// <param name="branch">The branch it comes from; null for a commit.</param>
    /// <param name="messages">The messages of its commits.</param>
    public static IReadOnlyList<RevertClaim> Read(string title, string description, string? branch, IEnumerable<string> messages)
    {
        var claims = new List<RevertClaim>();
        description = Cut(description);
        foreach (var text in messages.Select(Cut).Prepend(description))
        {
            foreach (Match match in CommitTrailer().Matches(text))
            {
                Add(RevertRule.CommitTrailer, match.Groups["sha"].Value);
            }
        }

        foreach (Match match in HostReference().Matches(description))
        {
            var repo = match.Groups["repo"].Value;
            Add(RevertRule.HostReference, repo.Length == 0 ? match.Groups["n"].Value : $"{repo}{match.Groups["mark"].Value}{match.Groups["n"].Value}");
        }

        if (branch is not null && HostBranch().Match(Cut(branch)) is { Success: true } named)
        {
            Add(RevertRule.HostBranch, named.Groups["n"].Value);
        }

        if (Quoted().Match(Cut(title).Trim()) is { Success: true } quoted)
        {
            // git calls the revert of a revert Reapply: what it undoes is the revert, which has the title Revert "…".
            var inner = quoted.Groups["title"].Value;
            Add(RevertRule.Title, quoted.Groups["verb"].Value == "Reapply" ? $"Revert \"{inner}\"" : inner);
        }

        return claims;

        void Add(RevertRule rule, string target)
        {
            var claim = new RevertClaim(rule, target);
            if (claims.Count < ClaimsMax && !claims.Contains(claim))
            {
                claims.Add(claim);
            }
        }
    }

    private static string Cut(string text) => text.Length <= TextMax ? text : text[..TextMax];

    // At the beginning of a line, as git writes it: a sentence that speaks of a revert is none.
    [GeneratedRegex(@"^This reverts commit (?<sha>[0-9a-f]{64}|[0-9a-f]{40})\b", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex CommitTrailer();

    [GeneratedRegex(
        @"^(?:Reverts|This reverts merge request) (?<repo>[\w.-]+(?:/[\w.-]+)+)?(?<mark>[#!])(?<n>[0-9]{1,9})\b",
        RegexOptions.Multiline | RegexOptions.CultureInvariant,
        1000)]
    private static partial Regex HostReference();

    [GeneratedRegex("^revert-(?<n>[0-9]{1,9})-.", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex HostBranch();

    [GeneratedRegex("^(?<verb>Revert|Reapply) \"(?<title>.+?)(?: \\(#[0-9]{1,9}\\))?\"(?: \\(#[0-9]{1,9}\\))?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Quoted();
}
