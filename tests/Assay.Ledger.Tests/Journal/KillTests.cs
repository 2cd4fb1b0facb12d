using System.Diagnostics;
using System.Globalization;
using Assay.Ledger.Journal;

namespace Assay.Ledger.Tests.Journal;

/// <summary>A real process is killed (<c>SIGKILL</c>) while many of its threads append.</summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Threads = 8;
    private readonly JournalFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_killed_at_twenty_random_moments_loses_no_acknowledged_entry()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var acknowledged = new Dictionary<long, long>();
        for (var round = 0; round < 20; round++)
        {
            var durability = round % 4 == 3 ? "disk" : "process";
            await AppendUntilKilled(round, durability, acknowledgementsBeforeKill: random.Next(1, 4000), acknowledged);

            await using var journal = Ledger.Journal.Journal.Open(_fixture.Options);
            ShouldHold(JournalFixture.ReadAll(journal), acknowledged, $"seed {seed}, round {round}");
        }

        acknowledged.Count.ShouldBeGreaterThan(20);
        _fixture.SegmentPaths().Length.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task A_second_process_is_refused_while_the_first_lives_and_not_after_it_was_killed()
    {
        using (var first = StartWriter(round: 0, "process"))
        {
            await first.StandardOutput.BaseStream.ReadExactlyAsync(new byte[16], Ct);
            Should.Throw<JournalLockedException>(() => Ledger.Journal.Journal.Open(_fixture.Options));
            first.Kill();
            await first.WaitForExitAsync(Ct);
        }

        await using var journal = Ledger.Journal.Journal.Open(_fixture.Options);
        journal.Opening.Entries.ShouldBePositive();
    }

    public void Dispose() => _fixture.Dispose();

    private Process StartWriter(int round, string durability)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Assay.Ledger.CrashWriter.dll"));
        start.ArgumentList.Add(_fixture.Directory);
        start.ArgumentList.Add(durability);
        start.ArgumentList.Add(round.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(Threads.ToString(CultureInfo.InvariantCulture));
        return Process.Start(start).ShouldNotBeNull();
    }

    /// <summary>Notes for each thread the last entry that it said was acknowledged.</summary>
    private async Task AppendUntilKilled(
        int round, string durability, int acknowledgementsBeforeKill, Dictionary<long, long> acknowledged)
    {
        using var writer = StartWriter(round, durability);
        var pipe = writer.StandardOutput.BaseStream;
        var line = new byte[16];
        for (var count = 1; await pipe.ReadAtLeastAsync(line, 16, throwOnEndOfStream: false, Ct) == 16; count++)
        {
            acknowledged[BitConverter.ToInt64(line)] = BitConverter.ToInt64(line, 8);
            if (count == acknowledgementsBeforeKill)
            {
                // The pipe is read on to its end: what was in it when the process died was acknowledged too.
                writer.Kill();
            }
        }

        await writer.WaitForExitAsync(Ct);
        writer.ExitCode.ShouldBe(137, "the process ends by the kill and not by itself");
    }

    /// <summary>
    /// Each thread's entries stand in their order without a hole or a double, up to at least the last acknowledged; at
    /// most one more, which the kill kept from being acknowledged.
    /// </summary>
    private static void ShouldHold(
        IReadOnlyList<JournalEntry> entries, Dictionary<long, long> acknowledged, string context)
    {
        var found = entries.Cast<Extended>().ToLookup(static entry => entry.AtMs, static entry => entry.Tokens);
        foreach (var (thread, last) in acknowledged)
        {
            var own = found[thread].ToList();
            own.Count.ShouldBeInRange((int)last + 1, (int)last + 2, context);
            own.ShouldBe(Enumerable.Range(0, own.Count).Select(static number => (long)number), context);
        }
    }
}
