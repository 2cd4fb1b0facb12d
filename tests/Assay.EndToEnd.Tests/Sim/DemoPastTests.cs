using Assay.Demo;
using Assay.Demo.Past;
using Assay.Ledger.Money;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Outcomes;
using Assay.Server.Signals;
using Assay.Server.Store;
using Assay.Sim;
using Assay.Sim.Load;
using Assay.Sim.Workforce;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary>The two months that lie behind the demo: written once, looked at by each test.</summary>
public sealed class DemoPastTests(DemoPastTests.Written written) : IClassFixture<DemoPastTests.Written>
{
    // A Monday noon in winter.
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DemoPast Past => written.Past.Past;

    [Fact]
    public async Task The_ledger_has_the_pasts_own_sum_to_the_nano_dollar()
    {
        var totals = await written.Store.Usage.TotalsAsync(Cancel);

        // Summed anew from single calls, while the ledger has them by conversation.
        totals.Cost.ShouldBe(new NanoUsd(Past.Calls.Sum(call => Past.Names.CostNanos(call.Call))));
        totals.Counts.TotalTokens.ShouldBe(Past.Tokens);
        totals.Requests.ShouldBe(Past.Entries.Count);
        totals.BalanceSum.ShouldBe(NanoUsd.Zero);
        Past.Entries.Sum(entry => entry.Turns).ShouldBe(Past.Calls.Count);
        Past.Calls.ShouldAllBe(call => call.EndMs < s_now.ToUnixTimeMilliseconds(), "nothing is of today's demo or later");
    }

    [Fact]
    public void The_same_seed_has_the_same_past_and_another_has_another()
    {
        var names = Past.Names;
        var same = new DemoPast(1, s_now, _ => names);

        same.Calls.SequenceEqual(Past.Calls).ShouldBeTrue();
        same.Entries.SequenceEqual(Past.Entries).ShouldBeTrue();
        same.CostNanos.ShouldBe(Past.CostNanos);
        new DemoPast(2, s_now, cast => written.NamesOf(cast)).CostNanos.ShouldNotBe(Past.CostNanos);
    }

    [Fact]
    public async Task Detectors_found_who_works_for_the_count_and_what_went_wrong_and_people_answered()
    {
        var stored = await written.SignalsAsync(Cancel);
        var gamers = Past.Cast.Seats.Where(seat => seat.Truth.Kind.IsGaming()).Select(written.PersonOf).ToHashSet();
        var cues = stored.Where(signal => signal.Kind is not (Signal.Spike or Signal.SessionCost or Signal.SessionLoop)).ToList();

        stored.Count.ShouldBe(written.Past.Found.Count);
        cues.Select(signal => signal.PersonId).Distinct().Count(gamers.Contains).ShouldBeGreaterThanOrEqualTo(gamers.Count / 2, "most are found");
        cues.Count(signal => !gamers.Contains(signal.PersonId) && !IsOfIncident(signal))
            .ShouldBe(0, "whoever does not is only asked when something went wrong");
        Past.Company.Incidents.Count(incident => stored.Any(signal => signal.Kind == Signal.Spike && written.Past.Answers.Caused(incident, signal)))
            .ShouldBeGreaterThanOrEqualTo(5, "of ten, four of which cost less than $50");
        stored.ShouldAllBe(signal => signal.Evidence.Seen.Count > 0 && signal.AtMs <= s_now.ToUnixTimeMilliseconds());
        stored.ShouldContain(signal => signal.Answer != null && signal.AnswerText != "" && signal.AnsweredMs > signal.AtMs);
        stored.ShouldContain(signal => signal.IsOpen);
        var engineer = written.PersonOf(Past.Cast.Seats.First(seat => seat.Person.Email == DemoCompany.Engineer));
        stored.ShouldContain(signal => signal.PersonId == engineer, "whose key is printed has something to look at");
    }

    /// <summary>Whether something went wrong for the person in the week that a cue is about.</summary>
    private bool IsOfIncident(Signal signal) => Past.Company.Incidents.Any(incident =>
        incident.Person >= 0 && Past.Cast.Of(incident.Person) is { } seat && written.PersonOf(seat) == signal.PersonId
        && incident.FromMs < signal.AtMs && incident.FromMs > signal.AtMs - (7 * 86_400_000L));

    [Fact]
    public async Task What_was_learned_is_there_when_the_gateway_starts()
    {
        await using var server = await AssayServer.StartAsync(
            written.Config, new AssayServerOptions { LogLevel = Microsoft.Extensions.Logging.LogLevel.None }, Cancel);

        File.Exists(Path.Combine(written.Config.Data, "signals.memory")).ShouldBeTrue();
        (await server.Parts.Store.Usage.TotalsAsync(Cancel)).Cost.ShouldBe(written.Past.Cost);
    }

    [Fact]
    public async Task Work_that_is_declared_finds_its_outcomes()
    {
        var works = written.Past.Past.Entries.Select(entry => new EntryWords(Past.Names).Of(entry, 0).WorkRef).ToHashSet();
        var outcomes = new List<Outcome>();
        await foreach (var outcome in written.Store.Outcomes.AllAsync(new OutcomeQuery { NowMs = s_now.ToUnixTimeMilliseconds() }, Cancel))
        {
            outcomes.Add(outcome);
        }

        outcomes.Count.ShouldBe(written.Past.Reports.Count);
        outcomes.Count(outcome => outcome.Names.Any(works.Contains)).ShouldBeGreaterThan(outcomes.Count / 3, "the others were not declared, or take something back");
        outcomes.ShouldContain(outcome => outcome.State.RevertedMs != null);
    }

    /// <summary>A data directory with the past of seed 1.</summary>
    public sealed class Written : IAsyncLifetime
    {
        private readonly string _data = System.IO.Directory.CreateTempSubdirectory("assay-past-").FullName;
        private SimProviders _sim = null!;

        internal AssayConfig Config { get; private set; } = null!;

        internal WrittenPast Past { get; private set; } = null!;

        internal IStore Store { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _sim = await SimProviders.StartAsync(new SimOptions(), CancellationToken.None);
            Config = DemoSetup.Configure(_sim, _data, "http://127.0.0.1:0");
            Past = await new PastWriter(Config, 1, s_now, new DemoDrafts(1)).WriteAsync(CancellationToken.None);
            Store = await StoreFactory.OpenAsync(Config, TimeProvider.System, CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await Store.DisposeAsync();
            await _sim.DisposeAsync();
            System.IO.Directory.Delete(_data, recursive: true);
        }

        internal PastNames NamesOf(PastCast cast) => new(cast, Past.Keys, Past.Directory, new Pricing(Config.Prices).Book);

        internal string PersonOf(PastSeat seat) => Past.Past.Names.Identity(seat, isAgent: false).PersonId;

        internal async Task<IReadOnlyList<Signal>> SignalsAsync(CancellationToken ct)
        {
            // Also those that are still the person's alone.
            var all = new List<Signal>();
            foreach (var found in Past.Found)
            {
                if (await Store.Signals.FindAsync(found.Signal.Id, ct) is { } signal)
                {
                    all.Add(signal);
                }
            }

            return all;
        }
    }
}
