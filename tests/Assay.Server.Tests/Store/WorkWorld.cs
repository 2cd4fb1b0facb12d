using System.Globalization;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Outcomes.Ladder;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Store;

namespace Assay.Server.Tests.Store;

/// <summary>
/// A month of few people and repositories in which everything that attribution knows happens: commits of one session for
/// several outcomes, of a stacked branch and of branches thrown away, telemetry without a repository, tickets with several
/// changes, branches with and without their repository, refs in another case, somebody kept out of attribution, sessions only seen in a repository, and calls of which nothing is known.
/// </summary>
internal static class WorkWorld
{
    private const int Outcomes = 40;
    private const int Sessions = 60;
    private const int Calls = 500;
    private const long HourMs = 3_600_000;
    private const long Days = 30 * 24 * HourMs;

    private static readonly string[] s_people = ["p_ada", "p_bob", "p_cyd", "p_dan"];
    private static readonly string[] s_repos = ["acme/web", "acme/api"];
    private static readonly string[] s_evidence = ["otel", "trailer", "git-ai", "header"];

    public static async Task FillAsync(IStore store, Random random, long nowMs, CancellationToken ct)
    {
        await store.Outcomes.ApplyAsync(new OutcomeBatch { Outcomes = [.. Enumerable.Range(0, Outcomes).Select(Change)], Anchors = [.. Enumerable.Range(0, Sessions * 2).Select(_ => Anchor())] }, ct);
        await store.Directory.ChangeAsync(
            [
                new DirectoryChange.PutTeam(new Team(Team.OrgId, null, "Org")),
                new DirectoryChange.PutPerson(new Person("p_dan", "dan@example.com", "Dan", Team.OrgId, Role.Employee, Attribution: AttributionSwitch.Off)),
            ],
            "test",
            ct);
        await store.Usage.ApplyAsync("node", 0, 1, [.. Enumerable.Range(0, Calls).Select(_ => Call())], ct);

        OutcomeReport Change(int number)
        {
            var at = nowMs - random.NextInt64(Days);
            return new OutcomeReport
            {
                Kind = OutcomeKind.Change,
                Source = OutcomeWords.GitHub,
                Ref = string.Create(CultureInfo.InvariantCulture, $"{Repo()}#{number}"),
                Repo = Repo(),
                Branch = string.Create(CultureInfo.InvariantCulture, $"Branch-{number / 2}"),
                FactsMs = at,
                PersonId = Person(),
                TeamId = "platform",
                LinesAdded = random.Next(300),
                WorkRefs = random.Next(3) == 0 ? [Ticket()] : [],
                Commits = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Sha())],
                Steps = [new(OutcomeEvent.Proposed, at), new(random.Next(5) == 0 ? OutcomeEvent.Abandoned : OutcomeEvent.Accepted, at + random.NextInt64(48 * HourMs))],
            };
        }

        Anchor Anchor() => new(
            Session(), random.Next(4) == 0 ? "" : random.Next(8) == 0 ? "other/repo" : Repo(), Sha(), nowMs - random.NextInt64(Days), Person(),
            s_evidence[random.Next(s_evidence.Length)], random.Next(2) == 0 ? null : random.Next(200));

        UsageEvent Call() => RandomEvents.One(nowMs - random.NextInt64(Days)) with
        {
            PersonId = Person(),
            Session = random.Next(4) == 0 ? "" : Session(),
            WorkRef = random.Next(7) switch
            {
                0 => Ticket().ToLowerInvariant(),
                1 => string.Create(CultureInfo.InvariantCulture, $"BRANCH-{random.Next(Outcomes / 2)}"),
                2 => string.Create(CultureInfo.InvariantCulture, $"{Repo()}@branch-{random.Next(Outcomes / 2)}"),
                3 => string.Create(CultureInfo.InvariantCulture, $"{Repo()}#{random.Next(Outcomes)}"),
                _ => "",
            },
            Cost = new NanoUsd(random.Next(1, 1_000_000)),
        };

        string Person() => s_people[random.Next(s_people.Length)];
        string Repo() => s_repos[random.Next(s_repos.Length)];
        string Sha() => random.Next(60).ToString("x40", CultureInfo.InvariantCulture);
        string Ticket() => string.Create(CultureInfo.InvariantCulture, $"WEB-{random.Next(15)}");
        string Session() => string.Create(CultureInfo.InvariantCulture, $"s{random.Next(Sessions)}");
    }
}
