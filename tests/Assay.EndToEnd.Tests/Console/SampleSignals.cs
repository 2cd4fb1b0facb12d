using Assay.Server.Directory;
using Assay.Server.Signals;
using Assay.Server.Signals.Actions;
using Assay.Server.Store;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>Signals of the sample company: one of each kind that a page shows differently.</summary>
internal static class SampleSignals
{
    public const string Spike = "sg_0001";
    public const string Pattern = "sg_0002";
    public const string OfTeam = "sg_0003";

    public static async Task RaiseAsync(ISignalStore store, SampleCompany company, DateTimeOffset now, CancellationToken ct)
    {
        var person = company.People.First(p => p.TeamId == "platform" && p.Role == Role.Employee);
        var at = now.AddHours(-2).ToUnixTimeMilliseconds();
        await store.AddAsync(
            new Signal
            {
                Id = Spike,
                Kind = Signal.Spike,
                PersonId = person.Id,
                TeamId = person.TeamId,
                Cause = $"person:{person.Id}",
                AtMs = at,
                Cost = 38_700_000_000,
                Subject = $"{person.Name}: $42.10 within a minute, $3.40 at most is usual",
                Evidence = new SignalEvidence
                {
                    Seen = ["$42.10 were spent within a minute before 13:42:07.", "The most that is usual within a minute is $3.40."],
                    Explanations = ["a migration, a launch or a test of load", "a loop that does not end: its agent can be stopped"],
                    SpentUsd = 42.1,
                    UsualUsd = 3.4,
                    HorizonSeconds = 60,
                    Parts = [new("key", "key laptop", 1, 42.1), new("model", "claude-opus-5", 0.92, 38.7), new("use", "coding", 1, 42.1)],
                },
                DedupeKey = Spike,
                Action = SignalAction.RateLimit,
                ActionOn = "key:k_laptop",
                ActionUntilMs = now.AddHours(1).ToUnixTimeMilliseconds(),
            },
            ct);
        await store.AddAsync(
            new Signal
            {
                Id = Pattern,
                Kind = "repeated-asks",
                PersonId = person.Id,
                TeamId = person.TeamId,
                Cause = $"person:{person.Id}",
                AtMs = at,
                Cost = 21_500_000_000,
                Subject = "Nearly the same was asked again and again",
                Evidence = new SignalEvidence
                {
                    Seen = ["2026-08-19: 61 of 80 calls, $9.10.", "2026-08-20: 88 of 97 calls, $12.40."],
                    Explanations = ["a test suite or an evaluation", "retrying something that failed"],
                    Days = [new("2026-08-19", 61, 80, 0.76, 9.1, 20_000_000), new("2026-08-20", 88, 97, 0.91, 12.4, 31_000_000)],
                    AlwaysOnAgents = 0.066,
                    Alike =
                    [
                        .. Enumerable.Range(0, 48).Select(i => new SignalLikeness(
                            at + (i * 11 * 60_000L) - (9 * 3_600_000L), Math.Round(i % 9 is 2 or 7 ? 0.1 + (i % 5 * 0.09) : 0.88 + (i % 4 * 0.04), 2))),
                    ],
                },
                DedupeKey = Pattern,
                Answer = SignalAnswer.Planned,
                AnswerText = "The nightly evaluation, see EVAL-7",
                AnsweredBy = person.Id,
                AnsweredMs = now.AddHours(-1).ToUnixTimeMilliseconds(),
            },
            ct);
        await store.AddAsync(
            new Signal
            {
                Id = OfTeam,
                Kind = Signal.Spike,
                TeamId = "engineering",
                Cause = "team:engineering",
                AtMs = at,
                Cost = 112_000_000_000,
                Subject = "Engineering: $180.00 within an hour, $68.00 at most is usual",
                Evidence = new SignalEvidence
                {
                    Seen = ["$180.00 were spent within an hour before 13:42:07."],
                    Explanations = ["a migration, a launch or a test of load"],
                    SpentUsd = 180,
                    UsualUsd = 68,
                    HorizonSeconds = 3600,
                    Parts = [new("model", "claude-opus-5", 0.81, 145.8)],
                },
                DedupeKey = OfTeam,
                OwnersMs = at,
            },
            ct);
    }
}
