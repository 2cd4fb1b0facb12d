using Assay.Ledger.Journal;

namespace Assay.Ledger.Tests.Journal;

/// <summary>
/// A simulated power cut at a random moment: what was synced survives, of the rest each sector survives or not.
/// </summary>
public sealed class PowerCutTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_durability_disk_a_power_cut_loses_nothing_acknowledged()
    {
        for (var seed = 1; seed <= 150; seed++)
        {
            var (acknowledged, survivors) = await RunUntilPowerCut(seed, Durability.Disk);
            await using var journal = Ledger.Journal.Journal.Open(Options(survivors, Durability.Disk));
            var found = JournalFixture.ReadAll(journal).Cast<Settled>().Select(static entry => entry.Call.Id).ToHashSet();
            acknowledged.Where(id => !found.Contains(id)).ShouldBeEmpty($"seed {seed}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2000)]
    public async Task With_durability_process_a_power_cut_loses_nothing_synced_or_is_told_by_name(int roomBytes)
    {
        var started = 0;
        for (var seed = 1; seed <= 150; seed++)
        {
            var (synced, survivors) = await RunUntilPowerCut(seed, Durability.Process, roomBytes);
            try
            {
                await using var journal = Ledger.Journal.Journal.Open(Options(survivors, Durability.Process));
                var found = JournalFixture.ReadAll(journal).Cast<Settled>().Select(static entry => entry.Call.Id).ToHashSet();
                synced.Where(id => !found.Contains(id)).ShouldBeEmpty($"seed {seed}");
                started++;
            }
            catch (JournalCorruptException error)
            {
                // Later sectors survived and earlier ones did not: a person decides, nothing is dropped in silence.
                // Only the last segment can be so, because each is synced before the next is made.
                error.File.ShouldEndWith(survivors.Names[^1], Case.Sensitive, $"seed {seed}");
            }
        }

        started.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_group_that_a_power_cut_left_with_holes_is_cut_and_the_start_goes_on()
    {
        var holes = 0;
        for (var seed = 1; seed <= 60; seed++)
        {
            var files = new SimulatedFiles();
            var options = Options(files, Durability.Disk) with { SegmentBytes = 1 << 20 };
            var first = JournalFixture.NewId();
            SimulatedFiles survivors;
            await using (var journal = Ledger.Journal.Journal.Open(options))
            {
                var syncs = 0;
                using var firstSync = new SemaphoreSlim(0);
                using var queued = new ManualResetEventSlim();
                var cut = new TaskCompletionSource<SimulatedFiles>(TaskCreationOptions.RunContinuationsAsynchronously);
                files.Before = called =>
                {
                    if (called != "sync")
                    {
                        return;
                    }

                    if (++syncs == 1)
                    {
                        firstSync.Release();
                        queued.Wait(Ct);
                    }
                    else if (syncs == 2)
                    {
                        cut.SetResult(files.AfterPowerCut(new Random(seed)));
                    }
                };
                var appending = Task.Run(
                    async () => await journal.AppendAsync(JournalFixture.Settlement(first), Ct), Ct);
                await firstSync.WaitAsync(Ct);
                var group = Enumerable.Range(0, 12)
                    .Select(_ => journal.AppendAsync(JournalFixture.Settlement(JournalFixture.NewId()), Ct).AsTask())
                    .ToList();
                queued.Set();
                await Task.WhenAll([appending, .. group]);
                survivors = await cut.Task;
            }

            await using var opened = Ledger.Journal.Journal.Open(Options(survivors, Durability.Disk));
            opened.Opening.Entries.ShouldBeInRange(1, 13, $"seed {seed}");
            JournalFixture.ReadAll(opened)[0].ShouldBeOfType<Settled>().Call.Id.ShouldBe(first);
            holes += opened.Opening.CutBytes > 600 ? 1 : 0;
        }

        holes.ShouldBeGreaterThan(10, "or this test does not test what it says");
    }

    private static JournalOptions Options(SimulatedFiles files, Durability durability) => new()
    {
        Directory = "journal",
        Files = files,
        Durability = durability,
        SegmentBytes = 6000,
        SyncEvery = TimeSpan.FromHours(1),
    };

    /// <summary>Several callers append; the power goes at the n-th write or sync, in the middle of whatever happens.</summary>
    private static async Task<(IReadOnlyList<Guid> Safe, SimulatedFiles Survivors)> RunUntilPowerCut(
        int seed, Durability durability, int roomBytes = 0)
    {
        var random = new Random(seed);
        var files = new SimulatedFiles { RoomBytes = roomBytes };
        var safe = new List<Guid>();
        var cutAfter = random.Next(1, 60);
        SimulatedFiles? survivors = null;
        Guid[] atCut = [];
        var journal = Ledger.Journal.Journal.Open(Options(files, durability));
        var written = new List<(Guid Id, long Position)>();
        files.Before = _ =>
        {
            if (--cutAfter != 0)
            {
                return;
            }

            lock (safe)
            {
                atCut = [.. safe];
            }

            survivors = files.AfterPowerCut(random);
        };

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                var id = JournalFixture.NewId();
                var position = await journal.AppendAsync(JournalFixture.Settlement(id), Ct);
                lock (safe)
                {
                    written.Add((id, position));
                    if (durability == Durability.Disk)
                    {
                        safe.Add(id);
                    }
                    else
                    {
                        var synced = journal.SyncedPosition;
                        safe.AddRange(written.Where(entry => entry.Position <= synced).Select(static entry => entry.Id));
                        written.RemoveAll(entry => entry.Position <= synced);
                    }
                }

                if (durability == Durability.Process && i % 7 == 6)
                {
                    journal.Sync();
                }
            }
        })));

        if (survivors is null)
        {
            atCut = [.. safe];
            survivors = files.AfterPowerCut(random);
        }

        await journal.DisposeAsync();
        return (atCut, survivors);
    }
}
