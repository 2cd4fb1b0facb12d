using System.Runtime.InteropServices;

namespace Assay.Server.Store;

/// <summary>An answer, and when it began to be made.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Standing<T>(T Answer, DateTimeOffset MadeAt);

/// <summary>
/// Keeps answers that take seconds, and makes them anew beside the one who asks: whoever asks when the time is over is given
/// what stands, with when it was made, and the next gets the new one. Only the first waits, and all who ask meanwhile wait
/// for the same. An answer that was quick is kept as long as the caller says, and then asked for again.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="quickFor">How long an answer that took less than <see cref="Costly"/> is kept.</param>
/// <param name="answersMax">The one that nobody asked for the longest time goes when there are more.</param>
internal sealed class StandingAnswers<TQuestion, TAnswer>(TimeProvider clock, TimeSpan quickFor, int answersMax = 32)
    where TQuestion : notnull
{
    /// <summary>What takes as long is not made while somebody waits, but for the first.</summary>
    public static readonly TimeSpan Costly = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an answer stands at most before it is made anew.</summary>
    public static readonly TimeSpan StandsMax = TimeSpan.FromMinutes(30);

    private const int StandsTimes = 60;
    private static readonly TimeSpan s_standsMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_forgotten = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<TQuestion, Entry> _entries = [];

    /// <summary>Whether something is kept that took long.</summary>
    public bool HasCostly
    {
        get
        {
            lock (_lock)
            {
                return _entries.Values.Any(entry => entry.Took >= Costly);
            }
        }
    }

    public async ValueTask<Standing<TAnswer>> AskAsync(TQuestion question, Func<CancellationToken, ValueTask<TAnswer>> ask, CancellationToken ct)
    {
        Task<Standing<TAnswer>> making;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            if (!_entries.TryGetValue(question, out var entry))
            {
                _entries[question] = entry = new Entry();
            }

            entry.AskedAt = now;
            Tidy(now, entry);
            var isFresh = entry.Stands is { } known && now >= known.MadeAt && now < entry.Until;
            if (!isFresh)
            {
                // Whoever waits may leave: what is made is for the others, too.
                entry.Making ??= Task.Run(() => MakeAsync(question, entry, ask), CancellationToken.None);
            }

            if (entry.Stands is { } stands && (isFresh || (entry.Took >= Costly && now >= stands.MadeAt)))
            {
                return stands;
            }

            making = entry.Making!;
        }

        return await making.WaitAsync(ct);
    }

    private async Task<Standing<TAnswer>> MakeAsync(TQuestion question, Entry entry, Func<CancellationToken, ValueTask<TAnswer>> ask)
    {
        var madeAt = clock.GetUtcNow();
        var began = clock.GetTimestamp();
        try
        {
            var answer = new Standing<TAnswer>(await ask(CancellationToken.None), madeAt);
            lock (_lock)
            {
                entry.Took = clock.GetElapsedTime(began);
                entry.Until = madeAt + (entry.Took < Costly ? quickFor : Stands(entry.Took));
                entry.Stands = entry.Took < Costly && quickFor == TimeSpan.Zero ? null : answer;
            }

            return answer;
        }
        finally
        {
            lock (_lock)
            {
                entry.Making = null;
                if (entry.Stands is null && _entries.GetValueOrDefault(question) == entry)
                {
                    _entries.Remove(question);
                }
            }
        }
    }

    private static TimeSpan Stands(TimeSpan took) =>
        took * StandsTimes is var stands && stands < s_standsMin ? s_standsMin : stands > StandsMax ? StandsMax : stands;

    /// <summary>What is quick goes when its time is over; what is costly when nobody asked for a day; and the oldest when there are too many.</summary>
    private void Tidy(DateTimeOffset now, Entry asked)
    {
        foreach (var (question, entry) in _entries.ToList())
        {
            if (entry != asked && entry.Making is null && (entry.Took < Costly ? now >= entry.Until : now - entry.AskedAt > s_forgotten))
            {
                _entries.Remove(question);
            }
        }

        if (_entries.Count > answersMax)
        {
            _entries.Remove(_entries.MinBy(entry => entry.Value.AskedAt).Key);
        }
    }

    private sealed class Entry
    {
        public Task<Standing<TAnswer>>? Making { get; set; }

        public Standing<TAnswer>? Stands { get; set; }

        public TimeSpan Took { get; set; }

        public DateTimeOffset Until { get; set; }

        public DateTimeOffset AskedAt { get; set; }
    }
}
