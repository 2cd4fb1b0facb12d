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

    [Fact]
    public async Task With_durability_process_a_power_cut_loses_nothing_synced_or_is_told_by_name()
    {
        var started = 0;
        for (var seed = 1; seed <= 150; seed++)
        {
            var (synced, survivors) = await RunUntilPowerCut(seed, Durability.Process);
            try
            {
                await using var journal = Ledger.Journal.Journal.Open(Options(survivors, Durability.Process));
                var found = JournalFixture.ReadAll(journal).Cast<Settled>().Select(static entry => entry.Call.Id).ToHashSet();
                synced.Where(id => !found.Contains(id)).ShouldBeEmpty($"seed {seed}");
                started++;
            }
            catch (JournalCorruptException)
            {
                // Later sectors survived and earlier ones did not: a person decides, nothing is dropped in silence.
            }
        }

        started.ShouldBeGreaterThan(20);
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
        int seed, Durability durability)
    {
        var random = new Random(seed);
        var files = new SimulatedFiles();
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
