using System.Collections.Frozen;

namespace Assay.Server.Directory;

/// <summary>Who manages which team, and who answers for the money of the whole company. Disabled people are not among them.</summary>
internal sealed class TeamManagers
{
    private readonly FrozenDictionary<string, string[]> _managers;

    public TeamManagers(IReadOnlyList<Person> people)
    {
        var enabled = people.Where(p => p.DisabledAtMs is null).OrderBy(p => p.Id, StringComparer.Ordinal).ToList();
        _managers = enabled.Where(p => p.Role == Role.Manager)
            .GroupBy(p => p.TeamId, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.Select(p => p.Id).ToArray(), StringComparer.Ordinal);
        Treasurers = [.. enabled.Where(p => p.Role is Role.Finance or Role.Admin).Select(p => p.Id)];
    }

    /// <summary>Finance and administrators.</summary>
    public IReadOnlyList<string> Treasurers { get; }

    /// <summary>The managers whose own team it is.</summary>
    public IReadOnlyList<string> Of(string teamId) => _managers.TryGetValue(teamId, out var ids) ? ids : [];
}
