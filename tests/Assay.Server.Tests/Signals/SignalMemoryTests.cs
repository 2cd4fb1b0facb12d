using Assay.Server.Directory;
using Assay.Server.Signals;
using Assay.Server.Tests.Directory;
using Assay.Signals.Sessions;
using Assay.Signals.Sketches;
using Assay.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Assay.Server.Tests.Signals;

/// <summary>What was learned survives a restart, and a file that cannot be used costs only what was learned.</summary>
public sealed class SignalMemoryTests : IDisposable
{
    private static readonly DateTimeOffset s_start = new(2026, 8, 17, 0, 0, 0, TimeSpan.Zero);

    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("assay-signals-").FullName;
    private readonly ManualTime _time = new(s_start);
    private readonly DirectorySnapshots _directory;
    private readonly ToldWarnings _log = new();
    private readonly SignalMemory _memory;

    public SignalMemoryTests()
    {
        _directory = new DirectorySnapshots(new ManualDirectory(SampleOrg.Data()), [], _time, NullLogger<DirectorySnapshots>.Instance);
        _memory = new SignalMemory(_folder, _log);
    }

    public void Dispose()
    {
        _directory.Dispose();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_somebody_called_expected_stays_usual_after_a_restart()
    {
        var before = Eyes();
        before.Teach(Burst(before, 0).ShouldHaveSingleItem());
        _memory.Keep(before);
        var after = Eyes();
        _memory.Restore(after);

        Burst(after, 2).ShouldBeEmpty();
        Burst(Eyes(), 2).ShouldHaveSingleItem();
        _log.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void After_a_restart_the_same_is_found_as_without_one()
    {
        var (stays, goes) = (Eyes(), Eyes());
        for (var day = 0; day < 12; day++)
        {
            Day(stays, day, 1);
            Day(goes, day, 1);
            if (day % 4 == 3)
            {
                _memory.Keep(goes);
                goes = Eyes();
                _memory.Restore(goes);
            }
        }

        var found = Day(stays, 12, 40);
        found.ShouldNotBeEmpty();
        Day(goes, 12, 40).ShouldBe(found);
    }

    [Fact]
    public void Cues_go_on_over_a_restart_in_the_middle_of_a_day()
    {
        var eyes = Eyes();
        Loop(eyes, 0, 0, 300);
        Loop(eyes, 1, 0, 150);
        _memory.Keep(eyes);
        eyes = Eyes();
        _memory.Restore(eyes);
        Loop(eyes, 1, 150, 310);
        _time.Advance(TimeSpan.FromDays(2));
        eyes.LookAtDay().Select(finding => finding.Signal.Kind).ShouldContain("unattended-loop");
    }

    [Fact]
    public void A_file_that_was_changed_anywhere_or_cut_is_told_of_and_thrown_away()
    {
        var eyes = Eyes();
        Day(eyes, 0, 1);
        _memory.Keep(eyes);
        var good = File.ReadAllBytes(_memory.Path);
        var bad = Enumerable.Range(0, 40).Select(i => Changed(good, i * (good.Length - 1) / 39))
            .Concat([[], good[..1], good[..20], good[..^1], [.. good, 0]]);
        foreach (var bytes in bad)
        {
            File.WriteAllBytes(_memory.Path, bytes);
            _log.Warnings.Clear();
            _memory.Restore(Eyes());
            _log.Warnings.ShouldHaveSingleItem().ShouldContain("learning begins anew");
            File.Exists(_memory.Path).ShouldBeFalse();
        }

        File.WriteAllBytes(_memory.Path, good);
        _log.Warnings.Clear();
        _memory.Restore(Eyes());
        _log.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void A_disk_that_takes_nothing_is_told_of_and_nothing_breaks()
    {
        var nowhere = new SignalMemory(Path.Combine(_folder, "missing"), _log);
        nowhere.Keep(Eyes());
        nowhere.Restore(Eyes());
        _log.Warnings.ShouldHaveSingleItem().ShouldContain("could not be kept");
    }

    private SignalEyes Eyes() => new(_directory, TimeZoneInfo.Utc, _time, new SessionSettings { CostMax = 1e9 });

    private static byte[] Changed(byte[] good, int at)
    {
        var bytes = good.ToArray();
        bytes[at] ^= 0x10;
        return bytes;
    }

    private static List<Signal> Burst(SignalEyes eyes, int day) =>
        [.. Enumerable.Range(0, 300).SelectMany(second => See(eyes, s_start.AddDays(day).AddSeconds(second), 0.5m))];

    /// <summary>What a day finds: an hour of calls in the morning, that many times as dear as usual.</summary>
    private static List<string> Day(SignalEyes eyes, int day, int times) =>
    [
        .. Enumerable.Range(0, 60).SelectMany(minute => See(eyes, s_start.AddDays(day).AddHours(9).AddMinutes(minute), 0.05m * times))
            .Select(signal => $"{signal.Kind} {signal.Cause} {signal.Subject}"),
    ];

    private static void Loop(SignalEyes eyes, int day, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            See(eyes, s_start.AddDays(day).AddMinutes(i), 0.05m, isHuman: false);
        }
    }

    private static List<Signal> See(SignalEyes eyes, DateTimeOffset at, decimal usd, bool isHuman = true)
    {
        var facts = SignalCalls.At(at, 100_000, usd);
        return [.. eyes.See(new SettledCall(facts, ["platform", "eng", "org"], new TextSketch(0x1234, 40), isHuman)).Select(f => f.Signal)];
    }

    private sealed class ToldWarnings : ILogger<SignalMemory>
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Warnings.Add(formatter(state, exception));
    }
}
