using System.Globalization;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Outcomes.Ladder;
using Assay.Server.Outcomes;
using Assay.Server.Store;
using Assay.Sim.Load;
using Assay.Sim.Workforce;
using Assay.Sim.Workforce.Deliveries;

namespace Assay.Bench.Exports;

/// <summary>Puts a company's calls and what came of them into a store: as what a gateway, tools and code hosts would tell.</summary>
internal static class Deliver
{
    private const int CallsAtOnce = 2_000;
    private const int OutcomesAtOnce = 200;
    private const long DayMs = 86_400_000;

    /// <param name="ByPerson">What each person spent on each day, in nano-dollars, as the simulation has it.</param>
    public sealed record Filled(long Calls, long Nanos, int Outcomes, int Anchors, IReadOnlyDictionary<(int Person, DateOnly Day), long> ByPerson);

    public static async Task<Filled> FillAsync(IStore store, WorkCompany company, int days)
    {
        var desk = new DeliveryDesk(company, new DeliveryOptions { Seed = 1, Days = days });
        foreach (var day in company.Play())
        {
            desk.See(day);
        }

        var book = desk.Close();
        var (from, to) = (company.StartMs, company.StartMs + (days * DayMs));
        // Calls of people far west begin on the day before.
        var served = book.Calls.Where(c => c.Call.AtMs >= from && c.Call.AtMs < to).ToArray();
        Array.Sort(served, static (a, b) => a.Call.AtMs.CompareTo(b.Call.AtMs));
        var (nanos, position) = (0L, 0L);
        var byPerson = new Dictionary<(int Person, DateOnly Day), long>();
        foreach (var call in served)
        {
            var place = (call.Call.Person, DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(call.Call.AtMs).UtcDateTime));
            byPerson[place] = byPerson.GetValueOrDefault(place) + call.Call.CostNanos;
        }

        foreach (var part in served.Chunk(CallsAtOnce))
        {
            var number = position;
            var events = part.Select((call, i) => Event(company, call, (ulong)(number + i))).ToList();
            nanos += events.Sum(e => e.Cost.Nanos);
            await store.Usage.ApplyAsync("bench", position, position + part.Length, events);
            position += part.Length;
        }

        var told = book.Changes.Where(c => c.ProposedMs < to).ToList();
        foreach (var part in told.Chunk(OutcomesAtOnce))
        {
            await store.Outcomes.ApplyAsync(new OutcomeBatch { Outcomes = [.. part.Select(change => Report(company, change, to))] });
        }

        foreach (var part in book.Commits.Where(c => c.Name.Length > 0).Chunk(OutcomesAtOnce * 5))
        {
            await store.Outcomes.ApplyAsync(new OutcomeBatch
            {
                Anchors =
                [
                    .. part.Select(c => new Anchor(
                        Session(c.Session), c.Repo, c.Name, c.AtMs, "", c.Trace == CommitTrace.Made ? "otel" : "header", c.Lines > 0 ? c.Lines : null)),
                ],
            });
        }

        return new Filled(served.Length, nanos, told.Count, book.Commits.Count, byPerson);
    }

    private static UsageEvent Event(WorkCompany company, in ServedCall served, ulong number)
    {
        var call = served.Call;
        var (person, model) = (company.People[call.Person], WorkModel.All[call.Model]);
        var id = Id(call.AtMs, number);
        return new UsageEvent
        {
            Id = id,
            RequestId = id,
            StartedAtMs = call.AtMs,
            DurationMs = call.DurationMs,
            FirstByteMs = 400,
            KeyId = WorkforceDirectory.KeyOf(person),
            PersonId = WorkforceDirectory.IdOf(person),
            TeamId = WorkCompany.TeamName(person.Team),
            UseCase = WorkCompany.UseCases[call.UseCase],
            Session = served.HasSession ? Session(call.Session) : "",
            WorkRef = served.WorkRef ?? "",
            Client = "claude-code",
            Operation = "anthropic/messages",
            RequestedModel = model.Name,
            Provider = model.Provider,
            Model = model.Name,
            Status = 200,
            Marks = UsageMarks.Streamed,
            Counts = new UsageCounts
            {
                [UsageClass.Input] = call.Input,
                [UsageClass.CacheRead] = call.CacheRead,
                [UsageClass.CacheWrite5m] = call.CacheWrite,
                [UsageClass.Output] = call.Output,
                [UsageClass.Request] = 1,
            },
            Cost = new NanoUsd(call.CostNanos),
            Reserved = new NanoUsd(call.CostNanos),
            PriceVersion = "workforce",
        };
    }

    private static OutcomeReport Report(WorkCompany company, WorkChange change, long nowMs)
    {
        var person = company.People[change.Person];
        (OutcomeEvent What, long? At)[] steps =
        [
            (OutcomeEvent.Proposed, change.ProposedMs), (OutcomeEvent.Accepted, change.AcceptedMs), (OutcomeEvent.Abandoned, change.AbandonedMs),
            (OutcomeEvent.Reverted, change.RevertedMs), (OutcomeEvent.Reopened, change.ReopenedMs),
        ];
        return new OutcomeReport
        {
            Kind = change.Repo is null ? OutcomeKind.Ticket : OutcomeKind.Change,
            Source = change.Repo is null ? OutcomeWords.Jira : OutcomeWords.GitHub,
            Ref = change.Repo is null ? string.Create(CultureInfo.InvariantCulture, $"WORK-{change.Id}") : string.Create(CultureInfo.InvariantCulture, $"{change.Repo}#{change.Id}"),
            FactsMs = change.ProposedMs!.Value,
            Repo = change.Repo,
            Branch = change.Branch,
            PersonId = WorkforceDirectory.IdOf(person),
            TeamId = WorkCompany.TeamName(person.Team),
            LinesAdded = change.Lines,
            WorkRefs = change.Ticket.Length > 0 ? [change.Ticket] : [],
            Commits = [.. change.Commits],
            Steps = [.. steps.Where(s => s.At < nowMs).Select(s => new OutcomeStep(s.What, s.At!.Value))],
        };
    }

    private static string Session(ulong session) => session.ToString("x16", CultureInfo.InvariantCulture);

    // A UUIDv7 that derives from the time and a count.
    private static Guid Id(long ms, ulong number)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, ((ulong)ms << 16) | 0x7000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], number | 0x8000_0000_0000_0000);
        return new Guid(bytes, bigEndian: true);
    }
}
