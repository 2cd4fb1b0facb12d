using System.Text.RegularExpressions;

namespace Assay.Outcomes.Scan;

/// <summary>The change that a commit of the default branch brought in.</summary>
/// <param name="Mark"><c>#</c> for a pull request, <c>!</c> for a merge request.</param>
/// <param name="Number">Its number at the host.</param>
/// <param name="Title">What it was called.</param>
/// <param name="Branch">The branch that it came from; empty where the message does not say.</param>
public sealed record MergedChange(char Mark, int Number, string Title, string Branch);

/// <summary>Reads what hosts and tools write into the messages of commits.</summary>
public static partial class CommitMessage
{
    private const int TextMax = 64 * 1024;

    /// <summary>The change that a commit merged or squashed; null if it does not say.</summary>
    public static MergedChange? Merged(string message)
    {
        var text = message.Length <= TextMax ? message : message[..TextMax];
        var lines = text.Split('\n');
        var subject = lines[0].Trim();
        var body = lines.Skip(1).Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) ?? "";
        if (PullMerge().Match(subject) is { Success: true } pull)
        {
            return new MergedChange('#', int.Parse(pull.Groups["n"].Value), body, pull.Groups["branch"].Value);
        }

        if (SeeMerge().Match(text) is { Success: true } see)
        {
            var branch = BranchMerge().Match(subject);
            return new MergedChange(
                '!', int.Parse(see.Groups["n"].Value), branch.Success ? body : subject, branch.Success ? branch.Groups["branch"].Value : "");
        }

        return Squash().Match(subject) is { Success: true } squash
            ? new MergedChange('#', int.Parse(squash.Groups["n"].Value), squash.Groups["title"].Value, "")
            : null;
    }

    /// <summary>The sessions named by trailers: <c>AI-Session: claude-code/092d99fc-…</c>.</summary>
    public static IReadOnlyList<string> Sessions(string message)
    {
        var text = message.Length <= TextMax ? message : message[^TextMax..];
        return [.. AiSession().Matches(text).Select(m => m.Groups["id"].Value).Distinct(StringComparer.Ordinal).Take(50)];
    }

    [GeneratedRegex("^Merge pull request #(?<n>[0-9]{1,9}) from [^/ ]+/(?<branch>[^ ]+)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PullMerge();

    [GeneratedRegex(@"^See merge request [\w./-]*!(?<n>[0-9]{1,9})\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SeeMerge();

    [GeneratedRegex("^Merge branch '(?<branch>[^']+)'", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BranchMerge();

    [GeneratedRegex(@"^(?<title>.+) \(#(?<n>[0-9]{1,9})\)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Squash();

    [GeneratedRegex(@"^AI-Session: *(?:[\w.-]+/)?(?<id>[\w.:-]{1,200}) *$", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AiSession();
}
