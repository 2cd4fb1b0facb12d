namespace Assay.Server.Directory;

/// <summary>
/// The teams below a manager, folded so that no group has fewer people than a minimum: a small team is reported with
/// the team above it. If what is left at the top is still small, the smallest other group joins it, or else the top
/// could be told by subtraction.
/// </summary>
internal sealed class TeamGroups
{
    private readonly Dictionary<string, string> _heads;
    private readonly string _top;

    private TeamGroups(Dictionary<string, string> heads, string top, int people)
    {
        _heads = heads;
        _top = top;
        People = people;
    }

    /// <summary>How many people there are in all.</summary>
    public int People { get; }

    public static TeamGroups Of(DirectorySnapshot directory, string topTeamId, int groupMin)
    {
        var teams = directory.Teams.Within(topTeamId);
        var sizes = teams.ToDictionary(id => id, _ => 0, StringComparer.Ordinal);
        foreach (var person in directory.Data.People)
        {
            if (person.DisabledAtMs is null && sizes.TryGetValue(person.TeamId, out var size))
            {
                sizes[person.TeamId] = size + 1;
            }
        }

        var people = sizes.Values.Sum();
        var into = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in teams.Reverse())
        {
            if (id != topTeamId && sizes[id] < groupMin)
            {
                Fold(id, directory.Teams.Find(id)?.ParentId ?? topTeamId);
            }
        }

        while (sizes[topTeamId] < groupMin && sizes.Count > 1)
        {
            Fold(
                sizes.Where(s => s.Key != topTeamId)
                    .OrderBy(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal)
                    .First().Key,
                topTeamId);
        }

        return new TeamGroups(teams.ToDictionary(id => id, Head, StringComparer.Ordinal), topTeamId, people);

        void Fold(string id, string parent)
        {
            into[id] = parent;
            sizes[parent] += sizes[id];
            sizes.Remove(id);
        }

        string Head(string id)
        {
            while (into.TryGetValue(id, out var above))
            {
                id = above;
            }

            return id;
        }
    }

    public string HeadOf(string teamId) => _heads.GetValueOrDefault(teamId, _top);
}
