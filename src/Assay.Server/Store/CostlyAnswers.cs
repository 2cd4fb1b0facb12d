using System.Diagnostics;

namespace Assay.Server.Store;

/// <summary>
/// Keeps answers that took long, for a time in proportion: what needs seconds on a large company's month is asked every few
/// minutes, and what needs less is asked each time.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="costly">An answer that took less is not kept.</param>
internal sealed class CostlyAnswers<TQuestion, TAnswer>(TimeProvider clock, TimeSpan costly)
    where TQuestion : notnull
{
    /// <summary>How long an answer is kept at most.</summary>
    public static readonly TimeSpan KeptMax = TimeSpan.FromMinutes(10);

    private const int KeptTimes = 60;
    private const int AnswersMax = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<TQuestion, (TAnswer Answer, DateTimeOffset From, DateTimeOffset Until)> _kept = [];

    public async ValueTask<TAnswer> AskAsync(TQuestion question, Func<CancellationToken, ValueTask<TAnswer>> ask, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
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

                var keepFor = took * KeptTimes;
                _kept[question] = (answer, now, now + (keepFor < KeptMax ? keepFor : KeptMax));
            }
        }

        return answer;
    }
}
