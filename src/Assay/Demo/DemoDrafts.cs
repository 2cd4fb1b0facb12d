using System.Globalization;
using Assay.Outcomes.Reverts;
using Assay.Outcomes.Ladder;
using Assay.Server.Outcomes;

namespace Assay.Demo;

/// <summary>Changes and tickets as GitHub and Jira would tell of them, drawn from a seed. Numbers are given once.</summary>
internal sealed class DemoDrafts(int seed)
{
    private static readonly string[] s_verbs = ["Add", "Cache", "Simplify", "Speed up", "Retry", "Validate", "Log", "Split"];
    private static readonly string[] s_things = ["route lookups", "the driver roster", "parcel labels", "depot imports", "time windows", "the tariff table", "toll reports", "the night plan"];
    private static readonly string[] s_asked = ["Where is my parcel?", "The invoice has two lines too many", "The driver rang at the wrong door", "Please change the delivery day", "The label cannot be scanned"];

    private int _number;

    public Random Random { get; } = new(seed + 77);

    /// <param name="work">The ticket it is for; empty for none.</param>
    public OutcomeReport Change(string person, string team, string repo, string useCase, long openedMs, string work)
    {
        var number = ++_number;
        var title = $"{s_verbs[Random.Next(s_verbs.Length)]} {s_things[Random.Next(s_things.Length)]}";
        return new OutcomeReport
        {
            Kind = OutcomeKind.Change,
            Source = OutcomeWords.GitHub,
            Ref = $"{repo}#{number}",
            FactsMs = openedMs,
            Title = work.Length > 0 ? $"{work}: {title}" : title,
            Url = $"https://github.example/{repo}/pull/{number}",
            Repo = repo,
            Branch = string.Create(CultureInfo.InvariantCulture, $"{(work.Length > 0 ? work : "change")}-{number}"),
            BaseBranch = "main",
            PersonId = person,
            TeamId = team,
            UseCase = useCase,
            LinesAdded = Random.Next(3, 400),
            LinesRemoved = Random.Next(0, 120),
            WorkRefs = work.Length > 0 ? [work] : [],
            Commits = [DemoText.Hex(Random, 40)],
        };
    }

    /// <summary>A change that takes another back.</summary>
    public OutcomeReport Revert(OutcomeReport undone, long atMs) =>
        Change(undone.PersonId!, undone.TeamId!, undone.Repo!, undone.UseCase!, atMs - 1000, "") with
        {
            Title = $"Revert \"{undone.Title}\"",
            Steps = [new(OutcomeEvent.Proposed, atMs - 1000), new(OutcomeEvent.Accepted, atMs)],
            Reverts = [new(RevertRule.HostReference, undone.Ref)],
        };

    public OutcomeReport Ticket(string person, string team, string useCase, string name, long openedMs, long closedMs) => new()
    {
        Kind = OutcomeKind.Ticket,
        Source = OutcomeWords.Jira,
        Ref = name,
        FactsMs = closedMs,
        Title = s_asked[Random.Next(s_asked.Length)],
        PersonId = person,
        TeamId = team,
        UseCase = useCase,
        WorkRefs = [name],
        Steps = [new(OutcomeEvent.Proposed, openedMs), new(OutcomeEvent.Accepted, closedMs)],
    };
}
