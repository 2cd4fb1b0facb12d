using Assay.Server.Directory;
using Assay.Server.Hosting;
using Assay.Server.Notifications;
using Assay.Server.Outcomes;
using Assay.Server.Signals;
using Assay.Server.Store;
using Assay.Signals.Sketches;
using Assay.Sim.Load;
using Assay.Sim.Workforce;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Demo.Past;

/// <summary>
/// Lets the gateway's own detectors look at each call of the past, as <see cref="SignalWatcher"/> would have, at the time when it
/// ended; people answer meanwhile. What was learned is kept where the gateway finds it when it starts.
/// </summary>
internal sealed class PastSignals : IDisposable
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    private const int AtOnce = 4096;

    /// <summary>People read what they are told within a day and a half.</summary>
    private const long ReadAfterMs = 36 * HourMs;

    private readonly DemoPast _past;
    private readonly IStore _store;
    private readonly PastClock _clock;
    private readonly PastAnswers _answers;
    private readonly DirectorySnapshot _directory;
    private readonly ServiceProvider _services;
    private readonly SignalEyes _eyes;
    private readonly SignalDesk _desk;
    private readonly AcceptedOutcomes _accepted;
    private readonly PriorityQueue<(string Id, PastAnswer Answer), long> _due = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<long> _asked = new();
    private readonly Queue<PastReport> _reports;
    private readonly SketchKey _sketches = Key();
    private long _hour;
    private long _day;

    public PastSignals(
        AssayConfig config, DemoPast past, IReadOnlyList<PastReport> reports, IStore store, DirectorySnapshots directory, PastClock clock, int seed)
    {
        (_past, _store, _clock, _directory, _reports) = (past, store, clock, directory.Current, new(reports));
        _answers = new PastAnswers(past, directory.Current, seed);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(config);
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(store);
        services.AddSingleton(directory);
        services.AddNotifier();
        services.AddSingleton<SignalFeed>();
        services.AddAssaySignals(TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone), AssayParts.DataDirectoryOf(config));
        _services = services.BuildServiceProvider();
        _eyes = _services.GetRequiredService<SignalEyes>();
        _desk = _services.GetRequiredService<SignalDesk>();
        _accepted = _services.GetRequiredService<AcceptedOutcomes>();
        (_hour, _day) = (clock.NowMs / HourMs, clock.NowMs / DayMs);
    }

    /// <summary>What was found, told or only listed; what is found again within the time of its kind is not found anew.</summary>
    public List<SignalEyes.Finding> Found { get; } = [];

    public PastAnswers Answers => _answers;

    /// <summary>Looks at all calls up to the demo's beginning.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        var isRead = false;
        var next = SettleAsync(0, ct);
        for (var from = 0; from < _past.Calls.Count; from += AtOnce)
        {
            // The next ones are made while these are looked at.
            var settled = await next;
            next = SettleAsync(from + AtOnce, ct);
            foreach (var call in settled)
            {
                var endMs = call.Facts.StartedAtMs + call.Facts.DurationMs;
                await ReachAsync(endMs, ct);
                if (!isRead && endMs > _past.UntilMs - ReadAfterMs)
                {
                    isRead = true;
                    await ReadInboxesAsync(ct);
                }

                await RaiseAsync(_eyes.See(call), ct);
            }
        }

        // Of what came of the last day the gateway tells the detectors itself, as after any start.
        await ReachAsync(_past.UntilMs, ct);
        await AcceptAsync(ct);
        _services.GetRequiredService<SignalMemory>().Keep(_eyes);
    }

    public void Dispose() => _services.Dispose();

    private Task<List<SettledCall>> SettleAsync(int from, CancellationToken ct) => Task.Run(
        () =>
        {
            var words = new EntryWords(_past.Names);
            var text = new byte[WorkText.BytesMax];
            var settled = new List<SettledCall>(AtOnce);
            for (var i = from; i < Math.Min(from + AtOnce, _past.Calls.Count); i++)
            {
                settled.Add(Settled(_past.Calls[i], words, text));
            }

            return settled;
        },
        ct);

    private SettledCall Settled(in PastCall call, EntryWords words, Span<byte> text)
    {
        var one = new MergedTurns { Kind = TurnKind.Of(call.Call) };
        one.Add(call.Call, call.CostNanos);
        var who = _past.Names.Identity(_past.Cast.Of(call.Call.Person)!, call.Call.IsAgent);
        var sketch = TextSketch.Of(_sketches, text[..call.Call.Text.Write(text)]);
        return new SettledCall(words.Of(one, 0), who.TeamPath, sketch, call.Call.IsHuman);
    }

    /// <summary>Time goes on: people answer, hours and days end.</summary>
    private async Task ReachAsync(long ms, CancellationToken ct)
    {
        while (_due.TryPeek(out var due, out var atMs) && atMs <= ms)
        {
            _due.Dequeue();
            _clock.Reach(atMs);
            await AnswerAsync(due.Id, due.Answer, ct);
        }

        for (; ms / HourMs > _hour; _hour++)
        {
            _clock.Reach((_hour + 1) * HourMs);
            await EndHourAsync(ct);
        }

        _clock.Reach(ms);
    }

    /// <summary>What the gateway looks at every minute; an hour is often enough for people who are not there.</summary>
    private async Task EndHourAsync(CancellationToken ct)
    {
        if (_clock.NowMs / DayMs > _day)
        {
            _day = _clock.NowMs / DayMs;

            // Before the day is judged: what came of it counts.
            await AcceptAsync(ct);
            foreach (var outcome in await _accepted.NewAsync(ct))
            {
                _eyes.Accepted(outcome);
            }

            await RaiseAsync(_eyes.LookAtDay(), ct);
        }

        var beforeMs = _clock.NowMs - (long)SignalWatcher.AnswerWithin.TotalMilliseconds;
        if (_asked.TryPeek(out var askedMs) && askedMs < beforeMs)
        {
            _asked.Dequeue();
            await _desk.EscalateAsync(beforeMs, ct);
        }
    }

    private async Task AcceptAsync(CancellationToken ct)
    {
        var (outcomes, anchors) = (new List<OutcomeReport>(), new List<Anchor>());
        while (_reports.TryPeek(out var next) && next.KnownMs <= _clock.NowMs)
        {
            outcomes.Add(_reports.Dequeue().Report);
            if (next.Anchor is { } anchor)
            {
                anchors.Add(anchor);
            }
        }

        await _store.Outcomes.ApplyAsync(new OutcomeBatch { Outcomes = outcomes, Anchors = anchors }, ct);
    }

    private async Task RaiseAsync(IReadOnlyList<SignalEyes.Finding> findings, CancellationToken ct)
    {
        foreach (var finding in findings)
        {
            if (!_known.Add(finding.Signal.DedupeKey))
            {
                continue;
            }

            Found.Add(finding);
            _asked.Enqueue(finding.Signal.AtMs);
            await _desk.RaiseAsync(finding, ct);

            // What is only listed nobody was asked about.
            if (finding.IsTold && _answers.To(finding.Signal) is { } answer)
            {
                _due.Enqueue((finding.Signal.Id, answer), answer.AtMs);
            }
        }
    }

    private async Task AnswerAsync(string id, PastAnswer answer, CancellationToken ct)
    {
        var who = answer.Who;
        await _desk.AnswerAsync(new Viewer(who.Id, "", "", who.TeamId, who.Role), id, SignalWords.Word(answer.Answer), answer.Text, ct);
        while (_desk.Lessons.TryDequeue(out var lesson))
        {
            _eyes.Teach(lesson);
        }
    }

    private async Task ReadInboxesAsync(CancellationToken ct)
    {
        foreach (var person in _directory.Data.People)
        {
            await _store.Notifications.MarkAllReadAsync(person.Id, _clock.NowMs, ct);
        }
    }

    /// <summary>One for all of the past, so that the same seed finds the same; texts that mean nothing have nothing to hide.</summary>
    private static SketchKey Key()
    {
        Span<byte> secret = stackalloc byte[SketchKey.Bytes];
        secret.Fill(7);
        return new SketchKey(secret);
    }
}
