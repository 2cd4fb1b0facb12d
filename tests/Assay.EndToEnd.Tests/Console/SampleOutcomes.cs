using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Measures;
using Assay.Server.Directory;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Goodhart;
using Assay.Server.Store;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>What came of the sample company's sessions: changes that last, and some that were given up or taken back.</summary>
internal static class SampleOutcomes
{
    /// <summary>A change whose author is the employee who signs in.</summary>
    public const string OwnRef = "acme/platform#7";

    private const long HourMs = 3_600_000;

    private static readonly string[] s_titles =
    [
        "Retry webhooks with jitter", "Show the owner beside each queue", "Cache the tariff table", "Split the importer in two",
        "Let exports resume", "Drop the legacy login", "Warn before a quota ends", "Read invoices as they arrive",
    ];

    public static async Task BringAboutAsync(IOutcomeStore store, SampleCompany company, DateTimeOffset now, CancellationToken ct)
    {
        var random = new Random(11);
        var people = company.People.ToDictionary(person => person.Id, StringComparer.Ordinal);
        var slices = await store.SpendAsync(now.AddDays(-60).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds(), ct);
        var sessions = slices.Where(slice => slice.Session.Length > 0 && people.ContainsKey(slice.PersonId))
            .GroupBy(slice => slice.Session, StringComparer.Ordinal)
            .Select(session => (Id: session.Key, session.First().PersonId, session.First().UseCase, At: session.Max(slice => slice.AtMs)))
            .OrderBy(session => session.At).ThenBy(session => session.Id, StringComparer.Ordinal).ToList();
        var own = people.Values.First(p => p.TeamId == "platform" && p.Role == Role.Employee).Id;
        var (changes, anchors) = (new List<OutcomeReport>(), new List<Anchor>());
        foreach (var (i, session) in sessions.Index())
        {
            if (random.Next(10) < 3 || Change(people[session.PersonId], session, i, random) is not { } change || change.Steps[^1].AtMs > now.ToUnixTimeMilliseconds())
            {
                continue;
            }

            changes.Add(change with { CountedLines = Counted(change, i, now) });
            if (random.Next(4) > 0)
            {
                anchors.Add(new Anchor(session.Id, change.Repo!, change.Commits[0], session.At + 60_000, session.PersonId, "otel", null));
            }
        }

        var last = sessions.Last(session => session.PersonId == own && session.At < now.AddDays(-20).ToUnixTimeMilliseconds());
        var shown = Change(people[own], last, 7, new Random(2))!;
        changes.Add(shown with { CountedLines = Counted(shown, 0, now), Ref = OwnRef, WorkRefs = ["PLAT-7"] });
        anchors.Add(new Anchor(last.Id, shown.Repo!, shown.Commits[0], last.At + 60_000, own, "otel", null));
        var deployments = changes.Where(change => change.Steps.Any(step => step.What == OutcomeEvent.Deployed)).Index().SelectMany(change => Deployments(change.Item, change.Index));
        await store.ApplyAsync(new OutcomeBatch { Outcomes = changes, Anchors = anchors, Deployments = [.. deployments] }, ct);
    }

    // A scan knows two changes in three.
    private static CountedLines? Counted(OutcomeReport change, int number, DateTimeOffset now)
    {
        if (number % 3 == 1 || change.Steps.FirstOrDefault(s => s.What == OutcomeEvent.Accepted) is not { AtMs: > 0 and var at })
        {
            return null;
        }

        var (lines, days) = (change.LinesAdded!.Value, (now.ToUnixTimeMilliseconds() - at) / (24 * HourMs));
        var alive = change.Steps.Any(s => s.What == OutcomeEvent.Reverted) ? 0 : lines * (10 - (number % 4)) / 10;
        return new CountedLines(lines, days < 14 ? null : alive, days < 30 ? null : alive * 9 / 10);
    }

    // One in nine fails first.
    private static IEnumerable<Deployment> Deployments(OutcomeReport change, int number)
    {
        var at = change.Steps.First(step => step.What == OutcomeEvent.Deployed).AtMs;
        if (number % 9 == 4)
        {
            yield return new Deployment(
                OutcomeWords.GitHub, $"{change.Repo}/deployments/{number}f", change.Repo!, change.Commits[0], "production", true, false, at - (HourMs / 2));
        }

        yield return new Deployment(OutcomeWords.GitHub, $"{change.Repo}/deployments/{number}", change.Repo!, change.Commits[0], "production", true, true, at);
    }

    /// <summary>Two metrics that became targets, one of them what nobody should be steered by.</summary>
    public static async Task RegisterTargetsAsync(IGoodhartStore store, SampleCompany company, DateTimeOffset now, CancellationToken ct)
    {
        var owner = company.People.First(person => person.Role == Role.Manager).Id;
        foreach (var (id, name, measure, counter) in new[]
        {
            ("lines", "Lines merged", MetricMeasure.Lines, "The part of changes that settle."),
            ("tokens", "Tokens burned", MetricMeasure.Tokens, "Cost per settled outcome."),
        })
        {
            await store.AddAsync(
                new GoodhartMetric
                {
                    Id = id,
                    Name = name,
                    Measure = measure,
                    Gold = MetricGold.Accepted,
                    CounterMetric = counter,
                    OwnerId = owner,
                    TargetMs = now.AddDays(-17).ToUnixTimeMilliseconds(),
                    CreatedMs = now.ToUnixTimeMilliseconds(),
                },
                owner,
                ct);
        }
    }

    private static OutcomeReport? Change(Person person, (string Id, string PersonId, string UseCase, long At) session, int number, Random random)
    {
        var (repo, offered) = ($"acme/{person.TeamId}", session.At + (random.Next(1, 4) * HourMs));
        var steps = new List<OutcomeStep> { new(OutcomeEvent.Proposed, offered) };
        var accepted = offered + (random.Next(1, 40) * HourMs);
        var fate = random.Next(20);
        steps.Add(new OutcomeStep(fate is 0 or 1 ? OutcomeEvent.Abandoned : OutcomeEvent.Accepted, accepted));
        if (fate is 2)
        {
            steps.Add(new OutcomeStep(OutcomeEvent.Reverted, accepted + (50 * HourMs)));
        }
        else if (fate > 8)
        {
            steps.Add(new OutcomeStep(OutcomeEvent.Deployed, accepted + (3 * HourMs)));
        }

        return new OutcomeReport
        {
            Kind = "change",
            Source = OutcomeWords.GitHub,
            Ref = string.Create(CultureInfo.InvariantCulture, $"{repo}#{number + 100}"),
            Url = string.Create(CultureInfo.InvariantCulture, $"https://github.example.com/{repo}/pull/{number + 100}"),
            FactsMs = accepted,
            Title = s_titles[random.Next(s_titles.Length)],
            Repo = repo,
            Branch = string.Create(CultureInfo.InvariantCulture, $"change-{number}"),
            BaseBranch = "main",
            Author = person.Email,
            PersonId = person.Id,
            TeamId = person.TeamId,
            UseCase = session.UseCase,
            LinesAdded = random.Next(4, 300),
            LinesRemoved = random.Next(0, 90),
            Commits = [Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(session.Id)))[..40]],
            Steps = steps,
        };
    }
}
