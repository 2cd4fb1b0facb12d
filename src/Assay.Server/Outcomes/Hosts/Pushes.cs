using System.Text.Json;
using Assay.Outcomes.Reverts;

namespace Assay.Server.Outcomes.Hosts;

/// <summary>What a push says, which GitHub and GitLab write alike.</summary>
internal static class Pushes
{
    private const int CommitsMax = 2500;
    private const string Branches = "refs/heads/";

    /// <summary>On the default branch, commits that undo something; on another, the commits of what will come from it.</summary>
    public static OutcomeBatch Read(string repo, string? reference, string? defaultBranch, IEnumerable<JsonElement> commits)
    {
        if (reference?.StartsWith(Branches, StringComparison.Ordinal) != true)
        {
            return new OutcomeBatch();
        }

        var branch = reference[Branches.Length..];
        var reverts = new List<RevertCommit>();
        var pushed = new List<BranchCommit>();
        foreach (var commit in commits.Take(CommitsMax))
        {
            if (commit.Text("id") is not { } sha || !HostFields.IsSha(sha) || commit.Time("timestamp") is not { } atMs)
            {
                continue;
            }

            if (branch != defaultBranch)
            {
                pushed.Add(new BranchCommit(repo, branch, sha, atMs));
                continue;
            }

            var message = commit.Text("message") ?? "";
            var claims = RevertReader.Read("", message, null, []).Where(c => c.Rule == RevertRule.CommitTrailer).ToList();
            if (claims.Count > 0)
            {
                reverts.Add(new RevertCommit(repo, sha, atMs, claims));
            }
        }

        return new OutcomeBatch { Reverts = reverts, BranchCommits = pushed };
    }
}

/// <summary>The evidence of a step: what says so, in few words.</summary>
internal static class Evidence
{
    public static string Of(params ReadOnlySpan<(string Name, string? Value)> parts)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in parts)
        {
            if (value is { Length: > 0 })
            {
                said[name] = value.Length <= 200 ? value : value[..200];
            }
        }

        return said.Count == 0 ? "" : JsonSerializer.Serialize(said);
    }
}
