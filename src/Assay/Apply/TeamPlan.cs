using Assay.Server.Directory;

namespace Assay.Apply;

/// <summary>Teams: created and moved parents first, never removed.</summary>
internal sealed class TeamPlan(PlanDraft draft)
{
    public void Add(IReadOnlyList<OrgTeam> teams)
    {
        foreach (var team in draft.Directory.Data.Teams)
        {
            draft.Teams[team.Id] = team;
        }

        var written = new Dictionary<string, OrgTeam>(StringComparer.Ordinal);
        foreach (var team in teams)
        {
            if (!written.TryAdd(team.Id, team))
            {
                draft.Fault(team.At, $"The team '{team.Id}' is in the file twice, first in line {written[team.Id].At.Line}: remove one.");
                continue;
            }

            draft.Teams[team.Id] = new Team(
                team.Id, team.Id == Team.OrgId ? null : team.Parent, team.Name,
                team.Attribution ?? draft.Directory.Teams.Find(team.Id)?.Attribution ?? AttributionSwitch.On);
        }

        if (!draft.Teams.ContainsKey(Team.OrgId))
        {
            draft.Teams[Team.OrgId] = new Team(Team.OrgId, null, "Organisation");
        }

        foreach (var team in written.Values)
        {
            CheckPath(team);
        }

        foreach (var team in draft.Teams.Values.OrderBy(Depth).ThenBy(t => t.Id, StringComparer.Ordinal))
        {
            Compare(team, draft.Directory.Teams.Find(team.Id));
        }

        if (draft.Prune)
        {
            foreach (var team in draft.Directory.Data.Teams.Where(t => t.Id != Team.OrgId && !written.ContainsKey(t.Id)))
            {
                draft.Remark($"team {team.Id} is not in the file and stays: past usage names it");
            }
        }
    }

    private void Compare(Team wanted, Team? existing)
    {
        var change = new DirectoryChange.PutTeam(wanted);
        if (existing is null)
        {
            draft.Create($"team {wanted.Id} ({wanted.Name}) in {wanted.ParentId ?? "nothing: it is the root"}", change);
            return;
        }

        draft.Change(
            $"team {wanted.Id}",
            change,
            PlanDraft.Difference("name", existing.Name, wanted.Name),
            PlanDraft.Difference("parent", existing.ParentId ?? "", wanted.ParentId ?? ""),
            PlanDraft.Difference("attribution", DirectoryWords.Word(existing.Attribution), DirectoryWords.Word(wanted.Attribution)));
    }

    private void CheckPath(OrgTeam team)
    {
        var path = new List<string> { team.Id };
        for (var at = draft.Teams[team.Id]; at.ParentId is { } parentId;)
        {
            if (!draft.Teams.TryGetValue(parentId, out var parent))
            {
                if (path.Count == 1)
                {
                    draft.Fault(team.At, $"The parent '{parentId}' of the team '{team.Id}' is neither in the file nor in the directory: add it.");
                }

                return;
            }

            path.Add(parentId);
            if (parentId == team.Id)
            {
                draft.Fault(team.At, $"The team '{team.Id}' would be its own ancestor: {string.Join(" → ", path)}. Change one of the parents.");
                return;
            }

            if (path.Count > draft.Teams.Count + 1)
            {
                // A cycle above this team, told where it is.
                return;
            }

            at = parent;
        }
    }

    private int Depth(Team team)
    {
        var depth = 0;
        while (team.ParentId is { } parent && draft.Teams.TryGetValue(parent, out var above) && depth <= draft.Teams.Count)
        {
            team = above;
            depth++;
        }

        return depth;
    }
}
