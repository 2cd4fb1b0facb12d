using System.Text;
using Assay.Ledger.Usage;
using Assay.Outcomes.Ladder;
using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Notifications;
using Assay.Server.Outcomes;
using Assay.Server.Signals;
using Assay.Server.Signals.Actions;
using Assay.Server.Store;
using Assay.Server.Tests.Directory;
using Assay.Server.Tests.Store;
using Assay.Signals.Sessions;
using Assay.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Server.Tests.Signals;

/// <summary>From settled calls and accepted outcomes to signals that are kept.</summary>
public sealed class SignalWatcherTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_start = new(2026, 8, 17, 0, 0, 0, TimeSpan.Zero);

    private readonly ManualTime _time = new(s_start);
    private readonly SqliteHarness _database = new();
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("assay-signals-").FullName;
    private readonly SignalFeed _feed = new();
    private DirectorySnapshots _directory = null!;
    private IStore _store = null!;
    private SignalWatcher _watcher = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _directory = new DirectorySnapshots(new ManualDirectory(SampleOrg.Data()), [], _time, NullLogger<DirectorySnapshots>.Instance);
        _store = await _database.OpenAsync(new StoreOptions { Clock = _time });
        _watcher = new SignalWatcher(
            _feed,
            new SignalEyes(_directory, TimeZoneInfo.Utc, _time, new SessionSettings()),
            new SignalDesk(
                _store.Signals, new SignalNotices(new Untold(), _directory), _directory, new SignalPolicy(new SignalsConfig()), new Restraints()),
            new AcceptedOutcomes(_store.Outcomes, _time),
            new SignalMemory(_folder, NullLogger<SignalMemory>.Instance),
            _time,
            NullLogger<SignalWatcher>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _watcher.Dispose();
        _directory.Dispose();
        await _store.DisposeAsync();
        await _database.DisposeAsync();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task Much_that_waits_is_looked_at_before_the_second_is_over()
    {
        var anyCall = new UsageEvent { Id = Guid.CreateVersion7(s_start), RequestId = Guid.CreateVersion7(s_start), StartedAtMs = s_start.ToUnixTimeMilliseconds() };
        await _watcher.StartAsync(Ct);
        for (var round = 0; round < 20; round++)
        {
            // The time stands still: no second passes.
            for (var i = 0; i < SignalFeed.ManyFrom; i++)
            {
                _feed.Offer(anyCall, [], default);
            }

            while (_feed.Reader.Count > 0)
            {
                Ct.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        for (var i = 0; i < SignalFeed.ManyFrom - 1; i++)
        {
            _feed.Offer(anyCall, [], default);
        }

        await _watcher.StopAsync(Ct);
        _feed.Reader.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Asking_the_same_all_day_is_asked_about_on_the_third_morning() =>
        (await DaysUntilAskedAsync(_ => Task.CompletedTask)).ShouldBe(2);

    [Fact]
    public async Task Declared_work_that_was_accepted_counts_for_its_author() =>
        (await DaysUntilAskedAsync(day => AcceptAsync($"acme/web#{day}", "p_ada", []))).ShouldBe(5);

    [Fact]
    public async Task What_was_accepted_before_the_first_call_counts_too()
    {
        for (var i = 0; i < 6; i++)
        {
            await AcceptAsync($"acme/web#{i}", "p_ada", []);
        }

        await _watcher.LookAsync(Ct);
        (await DaysUntilAskedAsync(_ => Task.CompletedTask)).ShouldBe(5);
    }

    [Fact]
    public async Task A_ticket_that_somebody_else_closes_counts_for_who_declared_it() =>
        (await DaysUntilAskedAsync(day => AcceptAsync($"JIRA-{day}", "p_bob", ["JIRA-12"]))).ShouldBe(5);

    [Fact]
    public async Task What_others_achieve_and_what_was_undone_counts_for_nobody() =>
        (await DaysUntilAskedAsync(async day =>
        {
            await AcceptAsync($"acme/web#{day}", "p_bob", ["JIRA-99"]);
            await AcceptAsync($"acme/api#{day}", "p_ada", [], isReverted: true);
        })).ShouldBe(2);

    /// <summary>Ada asks the same forty times a day for a ticket; after how many days is there a signal?</summary>
    private async Task<int> DaysUntilAskedAsync(Func<int, Task> evening)
    {
        var message = Encoding.UTF8.GetBytes(
            """{"role":"user","content":"please write once more a long and detailed summary of everything that this module does"}""");
        for (var day = 0; day < 9; day++)
        {
            for (var i = 0; i < 40; i++)
            {
                _feed.Offer(Call(_time.GetUtcNow().AddMinutes(i)), ["platform", "eng", "org"], message);
            }

            await evening(day);
            await MoveAsync(TimeSpan.FromHours(22));
            await MoveAsync(TimeSpan.FromHours(2));
            if ((await _store.Signals.ListAsync(new SignalQuery("p_ada", [], null, null, 10), Ct)).Count > 0)
            {
                return day + 1;
            }
        }

        return -1;
    }

    private async Task MoveAsync(TimeSpan by)
    {
        _time.Advance(by);
        await _watcher.LookAsync(Ct);
    }

    private async Task AcceptAsync(string name, string person, IReadOnlyList<string> works, bool isReverted = false)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        await _store.Outcomes.ApplyAsync(
            new OutcomeBatch
            {
                Outcomes =
                [
                    new OutcomeReport
                    {
                        Kind = "change",
                        Source = "github",
                        Ref = name,
                        FactsMs = now,
                        PersonId = person,
                        TeamId = "platform",
                        WorkRefs = works,
                        Steps = isReverted
                            ? [new OutcomeStep(OutcomeEvent.Accepted, now), new OutcomeStep(OutcomeEvent.Reverted, now + 1)]
                            : [new OutcomeStep(OutcomeEvent.Accepted, now)],
                    },
                ],
            },
            Ct);
    }

    private static UsageEvent Call(DateTimeOffset at) => SignalCalls.At(at, 2_000, 0.1m);

    private sealed class Untold : INotifier
    {
        public ValueTask<bool> NotifyAsync(NewNotice notice, CancellationToken ct = default) => new(true);

        public ValueTask<int> NotifyAsync(IReadOnlyList<NewNotice> notices, CancellationToken ct = default) => new(notices.Count);

        public ValueTask<int> CancelAsync(string dedupeKeyPrefix, CancellationToken ct = default) => new(0);
    }
}
