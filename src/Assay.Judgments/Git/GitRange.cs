using System.Text;
using Assay.Judgments.Nudges;
using Assay.Judgments.Seals;

namespace Assay.Judgments.Git;

/// <summary>Reads what changed since a revision, or in the index; lines only of files that name dependencies.</summary>
internal static class GitRange
{
    private const int LinesMax = 20_000;

    public static async Task<ChangedRange> ReadAsync(GitProgram git, string? since, CancellationToken cancellation)
    {
        // Before the first commit the index is compared with nothing.
        string[] range = since is not null
            ? ["--merge-base", since, "HEAD"]
            : (await git.TryRunAsync(["rev-parse", "--verify", "--quiet", "HEAD"], null, cancellation)).Code == 0
                ? ["--cached", "HEAD"]
                : ["--cached"];
        var trailers = since is null
            ? Task.FromResult("")
            : git.TextAsync(cancellation, "log", "--format=%(trailers:key=Judgment,valueonly,separator=%x0a)", since + "..HEAD");
        var names = GitOutput.Fields(await git.RunAsync(
            ["diff", "--name-status", "-z", "--no-renames", .. range], null, cancellation)).ToList();
        var files = new List<(string Path, bool IsDeleted)>();
        for (var i = 0; i + 1 < names.Count; i += 2)
        {
            files.Add((names[i + 1], names[i] == "D"));
        }

        var manifests = files.Where(f => !f.IsDeleted && DependencyLines.IsManifest(f.Path)).Select(f => f.Path).ToList();
        var lines = manifests.Count == 0
            ? []
            : Lines(Encoding.UTF8.GetString(await git.RunAsync(
                ["diff", "-U0", "--no-color", "--no-ext-diff", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/", .. range, "--",
                 .. manifests.Select(m => ":(top,literal)" + m)],
                null,
                cancellation)));
        return new ChangedRange(
            [
                .. files.Select(f => lines.TryGetValue(f.Path, out var changed)
                    ? new ChangedFile(f.Path, f.IsDeleted, changed.Added, changed.Removed)
                    : new ChangedFile(f.Path, f.IsDeleted, [], [])),
            ],
            [.. (await trailers).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
    }

    private static Dictionary<string, (List<string> Added, List<string> Removed)> Lines(string diff)
    {
        var files = new Dictionary<string, (List<string> Added, List<string> Removed)>(StringComparer.Ordinal);
        (List<string> Added, List<string> Removed)? current = null;
        var isHead = true;
        var count = 0;
        foreach (var line in diff.Split('\n'))
        {
            if (line.StartsWith("diff --git ", StringComparison.Ordinal))
            {
                (isHead, current) = (true, null);
            }
            else if (isHead && line.StartsWith("+++ b/", StringComparison.Ordinal))
            {
                current = ([], []);
                files[line[6..].TrimEnd('\t')] = current.Value;
            }
            else if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                isHead = false;
            }
            else if (!isHead && current is { } file && count++ < LinesMax)
            {
                (line.StartsWith('+') ? file.Added : line.StartsWith('-') ? file.Removed : []).Add(line[Math.Min(1, line.Length)..]);
            }
        }

        return files;
    }
}
