using System.Diagnostics;

namespace Assay.Server.Store;

/// <summary>
/// Keeps answers that took long, for a time in proportion: what needs seconds on a large company's month is asked every ten
/// minutes, and what needs less sooner or each time.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="costly">An answer that took less is not kept.</param>
internal sealed class CostlyAnswers<TQuestion, TAnswer>(TimeProvider clock, TimeSpan costly)
    where TQuestion : notnull
{
    /// <summary>How long an answer is kept at most.</summary>
    public static readonly TimeSpan KeptMax = TimeSpan.FromMinutes(10);

    private const int KeptTimes = 600;
    private const int AnswersMax = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<TQuestion, (TAnswer Answer, DateTimeOffset From, DateTimeOffset Until)> _kept = [];
    private long _generation;

    public async ValueTask<TAnswer> AskAsync(TQuestion question, Func<CancellationToken, ValueTask<TAnswer>> ask, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        long generation;
        lock (_lock)
        {
            generation = _generation;
            if (_kept.TryGetValue(question, out var known) && now >= known.From && now < known.Until)
            {
                return known.Answer;
            }
        }

        var began = Stopwatch.GetTimestamp();
        var answer = await ask(ct);
        var took = Stopwatch.GetElapsedTime(began);
        if (took >= costly)
        {
            lock (_lock)
            {
                if (_kept.Count >= AnswersMax)
                {
                    _kept.Clear();
                }

                // What was forgotten meanwhile may be what this answer was made of.
                if (generation == _generation)
                {
                    var keepFor = took * KeptTimes;
                    _kept[question] = (answer, now, now + (keepFor < KeptMax ? keepFor : KeptMax));
                }
            }
        }

        return answer;
    }

    /// <summary>Forgets everything: what answers were made of has changed.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _generation++;
            _kept.Clear();
        }
    }
}
