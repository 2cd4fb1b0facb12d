using System.Collections.Frozen;

namespace Assay.Server.Directory;

/// <summary>The tree of teams with the paths worked out.</summary>
internal sealed class TeamTree
{
    private readonly FrozenDictionary<string, Team> _teams;
    private readonly FrozenDictionary<string, string[]> _paths;
    private readonly FrozenDictionary<string, string[]> _children;

    public TeamTree(IReadOnlyList<Team> teams)
    {
        _teams = teams.ToFrozenDictionary(t => t.Id, StringComparer.Ordinal);
        _paths = teams.ToFrozenDictionary(t => t.Id, PathTo, StringComparer.Ordinal);
        _children = teams
            .Where(t => t.ParentId is not null)
            .GroupBy(t => t.ParentId!, StringComparer.Ordinal)
            .ToFrozenDictionary(
                g => g.Key,
                g => g.Select(t => t.Id).Order(StringComparer.Ordinal).ToArray(),
                StringComparer.Ordinal);
    }

    public Team? Find(string teamId) => _teams.GetValueOrDefault(teamId);

    /// <summary>The team and the teams above it, up to the org; the team alone if it is not known.</summary>
    public IReadOnlyList<string> PathOf(string teamId) => _paths.TryGetValue(teamId, out var path) ? path : [teamId];

    public IReadOnlyList<string> ChildrenOf(string teamId) => _children.TryGetValue(teamId, out var ids) ? ids : [];

    /// <summary>The team right below an ancestor on the way to a team; the team itself if it is not below it.</summary>
    public string RightBelow(string ancestorId, string teamId)
    {
        var path = PathOf(teamId);
        for (var i = 1; i < path.Count; i++)
        {
            if (path[i] == ancestorId)
            {
                return path[i - 1];
            }
        }

        return teamId;
    }

    /// <summary>Whether the team is the other one or below it.</summary>
    public bool IsWithin(string teamId, string ancestorId) =>
        PathOf(teamId).Contains(ancestorId, StringComparer.Ordinal);

    /// <summary>The team and all below it, parents before children.</summary>
    public IReadOnlyList<string> Within(string teamId)
    {
        var found = new List<string>();
        var open = new Stack<string>([teamId]);
        while (open.TryPop(out var id))
        {
            found.Add(id);
            foreach (var child in ChildrenOf(id).Reverse())
            {
                open.Push(child);
            }
        }

        return found;
    }

    private string[] PathTo(Team team)
    {
        var path = new List<string>();
        for (Team? at = team; at is not null; at = at.ParentId is { } parent ? _teams.GetValueOrDefault(parent) : null)
        {
            // The store refuses cycles; a snapshot must end even if a database was edited by hand.
            if (path.Contains(at.Id, StringComparer.Ordinal))
            {
                break;
            }

            path.Add(at.Id);
        }

        return [.. path];
    }
}
