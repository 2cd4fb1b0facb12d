namespace Assay.Sim.Workforce.Deliveries;

/// <summary>How one person's tools and manners leave traces.</summary>
internal sealed record PersonHabits
{
    private static readonly string[] s_repos = ["web", "api", "app", "infra", "data", "search", "billing", "mobile"];

    /// <summary>Their main repositories.</summary>
    public required string[] Repos { get; init; }

    /// <summary>Whether they write code; others close tickets.</summary>
    public required bool Codes { get; init; }

    /// <summary>Whether their client names sessions.</summary>
    public required bool HasSession { get; init; }

    /// <summary>Whether telemetry or trailers say which commits a session made.</summary>
    public required bool TracesCommits { get; init; }

    /// <summary>Whether their client names the commit that it stands on.</summary>
    public required bool NamesHead { get; init; }

    /// <summary>Whether lines are recorded with commits.</summary>
    public required bool NotesLines { get; init; }

    /// <summary>How often what they deliver is taken back.</summary>
    public required double Reverts { get; init; }

    /// <summary>How often they give up.</summary>
    public required double GivesUp { get; init; }

    /// <summary>From which day on they work for the number of changes; never for most.</summary>
    public required int CountsFrom { get; init; }

    public static PersonHabits Of(DeliveryOptions options, WorkPerson person)
    {
        var random = WorkRandom.Of(options.Seed, person.Index, 41);
        var first = (person.Team * 3) + random.Below(2);
        var counts = random.Part() < options.Gaming;
        var lag = (int)(12 * Math.Pow(random.Part(), 2));
        return new PersonHabits
        {
            Repos = [Repo(first), Repo(first + 1)],
            Codes = person.UseCase != 2 && person.UseCase != 4,
            HasSession = random.Chance(0.93),
            TracesCommits = random.Chance(0.6),
            NamesHead = random.Chance(0.35),
            NotesLines = random.Chance(0.4),
            Reverts = Math.Clamp(random.LogNormal(0.06, 0.6), 0.005, 0.5),
            GivesUp = Math.Clamp(random.LogNormal(0.12, 0.5), 0.01, 0.5),
            CountsFrom = options.TargetFrom >= 0 && counts ? options.TargetFrom + lag : int.MaxValue,
        };
    }

    private static string Repo(int index) => $"acme/{s_repos[index % s_repos.Length]}-{index / s_repos.Length}";
}
