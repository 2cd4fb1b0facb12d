using System.Text.Json;
using Assay.Server.Outcomes.Hosts;

namespace Assay.Server.Outcomes.Sightings;

/// <summary>That a session was on a commit of a repository when it made a call.</summary>
internal sealed record CommitSighting(string Session, string PersonId, string Repo, string Sha, long AtMs)
{
    /// <summary>Where Codex says in which repositories it works, and on which commits.</summary>
    public const string CodexHeader = "x-codex-turn-metadata";

    private const int LengthMax = 4096;
    private const int WorkspacesMax = 8;

    /// <summary>
    /// What Codex tells of its workspaces: <c>{"workspaces":{"/src/web":{"associated_remote_urls":{"origin":"git@github.com:acme/web.git"},
    /// "latest_git_commit_hash":"…"}}}</c>. Nothing of what is no such thing.
    /// </summary>
    public static IReadOnlyList<(string Repo, string Sha)> Read(string json)
    {
        if (json.Length is 0 or > LengthMax)
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.At("workspaces") is not { ValueKind: JsonValueKind.Object } workspaces)
            {
                return [];
            }

            var found = new List<(string, string)>();
            foreach (var workspace in workspaces.EnumerateObject().Take(WorkspacesMax))
            {
                if (workspace.Value.Text("latest_git_commit_hash") is { } sha && HostFields.IsSha(sha)
                    && RemoteName.Of(workspace.Value.Text("associated_remote_urls", "origin")) is { } repo)
                {
                    found.Add((repo, sha));
                }
            }

            return found;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return [];
        }
    }
}
