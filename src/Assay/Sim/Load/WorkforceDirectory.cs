using Assay.Server.Directory;
using Assay.Server.Store;
using Assay.Sim.Workforce;

namespace Assay.Sim.Load;

/// <summary>The people of a labelled company as a directory: divisions, teams, a manager each, a key each.</summary>
internal static class WorkforceDirectory
{
    private const int ChangesAtOnce = 5_000;

    public static string IdOf(WorkPerson person) => FormattableString.Invariant($"p_work-{person.Index:00000}");

    public static string KeyOf(WorkPerson person) => FormattableString.Invariant($"k_work-{person.Index:00000}");

    /// <summary>Puts the company into an empty directory.</summary>
    /// <param name="isEmpty">Whether nobody else may be there.</param>
    /// <returns>Whom one can sign in as, and with which key. The other keys have secrets that nobody knows.</returns>
    /// <exception cref="InvalidOperationException">Somebody is there already.</exception>
    public static async Task<IReadOnlyList<(string Who, string Secret)>> FoundAsync(
        IDirectoryStore store, WorkCompany company, TimeProvider clock, CancellationToken ct, bool isEmpty = true)
    {
        var there = await store.LoadAsync(ct);
        if (isEmpty && there.People.Count > 0)
        {
            throw new InvalidOperationException($"The directory has {there.People.Count} people: a made-up company goes into an empty store only.");
        }

        var changes = new List<DirectoryChange> { new DirectoryChange.PutTeam(new Team(Team.OrgId, null, "A made-up company")) };
        foreach (var division in company.People.Select(p => WorkCompany.DivisionName(p.Team)).Distinct(StringComparer.Ordinal))
        {
            changes.Add(new DirectoryChange.PutTeam(new Team(division, Team.OrgId, division)));
        }

        foreach (var team in company.People.Select(p => p.Team).Distinct())
        {
            var name = WorkCompany.TeamName(team);
            changes.Add(new DirectoryChange.PutTeam(new Team(name, WorkCompany.DivisionName(team), name)));
        }

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var known = new List<(string Who, string Secret)>();
        var managed = new HashSet<int>();
        foreach (var person in company.People)
        {
            var role = person.Index switch
            {
                0 => Role.Admin,
                1 => Role.Finance,
                _ => managed.Add(person.Team) ? Role.Manager : Role.Employee,
            };
            var (secret, hash) = KeySecrets.Create();
            if (known.Count < 4 && known.TrueForAll(k => k.Who != role.ToString()))
            {
                known.Add((role.ToString(), secret));
            }

            changes.Add(new DirectoryChange.PutPerson(new Person(IdOf(person), person.Email, person.Email, WorkCompany.TeamName(person.Team), role)));
            changes.Add(new DirectoryChange.PutKey(new Key
            {
                Id = KeyOf(person),
                Hash = hash,
                OwnerKind = OwnerKind.Person,
                OwnerId = IdOf(person),
                Name = "laptop",
                CreatedAtMs = now,
                Hint = secret[^4..],
            }));
        }

        foreach (var part in changes.Chunk(ChangesAtOnce))
        {
            await store.ChangeAsync(part, "assay sim workforce", ct);
        }

        return known;
    }
}
