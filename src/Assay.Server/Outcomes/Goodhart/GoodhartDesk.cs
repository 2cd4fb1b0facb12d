using System.Globalization;
using System.Security.Cryptography;
using Assay.Outcomes.Goodhart;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Server.Outcomes.Goodhart;

/// <summary>A metric, and whether it can still be trusted.</summary>
/// <param name="MadeAt">When it was looked at.</param>
internal sealed record AuditedMetric(GoodhartMetric Metric, AuditReport Report, DateTimeOffset MadeAt);

/// <summary>Where metrics that are targets are registered, watched, and held against samples that people rate blindly.</summary>
internal sealed class GoodhartDesk(IStore store, GoodhartFigures figures, DirectorySnapshots directory, TimeProvider clock)
{
    public const int MetricsMax = 100;
    public const int SampleMax = 200;
    public const int CounterLengthMax = 500;
    private const double ThresholdMax = 1e15;
    private const long DayMs = 86_400_000;

    public ValueTask<IReadOnlyList<GoodhartMetric>> MetricsAsync(CancellationToken ct) => store.Goodhart.MetricsAsync(ct);

    public async ValueTask<DeskAnswer<GoodhartMetric>> RegisterAsync(Viewer viewer, RegisterMetric wanted, CancellationToken ct)
    {
        var faults = new InputFaults();
        Check("id", InputRules.FaultInId(wanted.Id));
        Check("name", InputRules.FaultInName(wanted.Name));
        var counter = wanted.CounterMetric?.Trim() ?? "";
        Check("counterMetric", counter.Length is 0 ? "is missing: say what must not get worse meanwhile."
            : counter.Length > CounterLengthMax ? $"has {counter.Length} characters: use at most {CounterLengthMax}." : RequestText.FaultInReason(counter, isRequired: true));
        var measure = Word("measure", wanted.Measure, GoodhartWords.Measures);
        var gold = Word("gold", wanted.Gold, GoodhartWords.Golds);
        if (measure is MetricMeasure.Accepted && gold is MetricGold.Accepted && !faults.Any)
        {
            faults.Add("gold", "is the metric itself: nothing can be held against itself.");
        }

        var now = clock.GetUtcNow();
        if (!Rfc3339.TryParse(wanted.TargetSince, out var since) || since > now || since < now.AddYears(-2))
        {
            faults.Add("targetSince", "is not a time such as 2026-08-21 within the last two years.");
        }

        var owner = wanted.Owner is { } email ? directory.Current.FindPersonByEmail(email) : directory.Current.FindPerson(viewer.PersonId);
        if (owner is null)
        {
            faults.Add("owner", "is nobody of the directory: give the e-mail address of who answers for the metric.");
        }

        var (threshold, width) = (Positive("threshold", wanted.Threshold), Positive("thresholdWidth", wanted.ThresholdWidth));
        if (width is not null && threshold is null && wanted.Threshold is null)
        {
            faults.Add("thresholdWidth", "is for a threshold: give 'threshold', too.");
        }

        if (faults.Any)
        {
            return DeskRefusal.Invalid(faults);
        }

        if ((await store.Goodhart.MetricsAsync(ct)).Count >= MetricsMax)
        {
            return new DeskRefusal(DeskRefusalKind.Conflict, $"There are {MetricsMax} metrics already.", "Who is steered by so many is steered by none.");
        }

        var metric = new GoodhartMetric
        {
            Id = wanted.Id!,
            Name = wanted.Name!,
            Measure = measure,
            Gold = gold,
            CounterMetric = counter,
            OwnerId = owner!.Id,
            TargetMs = since.ToUnixTimeMilliseconds(),
            CreatedMs = now.ToUnixTimeMilliseconds(),
            Threshold = threshold,
            // Five bins on each side are looked at: a tenth of the threshold reaches half-way down.
            ThresholdWidth = threshold is null ? null : width ?? threshold / 10,
        };
        return await store.Goodhart.AddAsync(metric, viewer.PersonId, ct)
            ? metric
            : new DeskRefusal(DeskRefusalKind.Conflict, "There is a metric with this id.", "See GET /api/v1/goodhart/metrics.");

        void Check(string field, string? fault)
        {
            if (fault is not null)
            {
                faults.Add(field, fault);
            }
        }

        double? Positive(string field, string? text)
        {
            if (text is null)
            {
                return null;
            }

            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= ThresholdMax)
            {
                return value;
            }

            faults.Add(field, "is not a decimal number above zero such as 100000.");
            return null;
        }

        T Word<T>(string field, string? word, IReadOnlyDictionary<string, T> words)
            where T : struct
        {
            if (word is not null && words.TryGetValue(word, out var found))
            {
                return found;
            }

            faults.Add(field, $"is not one of: {string.Join(", ", words.Keys)}.");
            return default;
        }
    }

    public async ValueTask<DeskAnswer<AuditedMetric>> AuditAsync(string id, CancellationToken ct)
    {
        var metric = (await store.Goodhart.MetricsAsync(ct)).FirstOrDefault(m => m.Id == id);
        if (metric is null)
        {
            return new DeskRefusal(DeskRefusalKind.NotFound, "There is no such metric.", "See GET /api/v1/goodhart/metrics.");
        }

        var (report, madeAt) = await figures.LookAsync(metric, ct);
        return new AuditedMetric(metric, report, madeAt);
    }

    /// <summary>Draws outcomes accepted in the last days, by lot, that were not drawn before.</summary>
    /// <returns>How many are new; fewer than asked when there are no more.</returns>
    public ValueTask<int> DrawAsync(int count, int days, CancellationToken ct) => DrawAsync(store, clock, count, days, ct);

    /// <summary>The same for the command line, which has a store and no server.</summary>
    public static async ValueTask<int> DrawAsync(IStore store, TimeProvider clock, int count, int days, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var from = now - (days * DayMs);
        var drawn = (await store.Goodhart.SamplesAsync(from, now, ct)).Select(s => s.OutcomeId).ToHashSet(StringComparer.Ordinal);
        var left = new List<Outcome>();
        await foreach (var outcome in store.Outcomes.AllAsync(new OutcomeQuery { FromMs = from, ToMs = now, NowMs = now }, ct))
        {
            if (outcome.State.AcceptedMs is not null && !drawn.Contains(outcome.Id))
            {
                left.Add(outcome);
            }
        }

        // By a generator that nobody can foresee: else work could be made for the sample.
        var samples = new List<AuditSample>();
        for (; samples.Count < count && left.Count > 0;)
        {
            var at = RandomNumberGenerator.GetInt32(left.Count);
            samples.Add(new AuditSample(left[at].Id, left[at].AtMs, now));
            left.RemoveAt(at);
        }

        return await store.Goodhart.DrawAsync(samples, ct);
    }

    /// <summary>What somebody is asked to rate: not their own, and not their team's.</summary>
    public async ValueTask<IReadOnlyList<Outcome>> ToRateAsync(Viewer viewer, int limit, CancellationToken ct)
    {
        var found = new List<Outcome>();
        foreach (var sample in await store.Goodhart.UnratedAsync(viewer.PersonId, SampleMax * 5, ct))
        {
            if (found.Count < limit && await store.Outcomes.FindAsync(sample.OutcomeId, ct) is { } outcome && IsForeign(viewer, outcome))
            {
                found.Add(outcome);
            }
        }

        return found;
    }

    public async ValueTask<DeskAnswer<string>> RateAsync(Viewer viewer, string id, int? score, CancellationToken ct)
    {
        if (score is not (>= 1 and <= 5))
        {
            var faults = new InputFaults();
            faults.Add("score", "is not a whole number from 1 to 5.");
            return DeskRefusal.Invalid(faults);
        }

        if (await store.Outcomes.FindAsync(id, ct) is not { } outcome || !IsForeign(viewer, outcome))
        {
            return s_missing;
        }

        return await store.Goodhart.RateAsync(id, viewer.PersonId, score.Value, ct) switch
        {
            null => s_missing,
            false => new DeskRefusal(DeskRefusalKind.Conflict, "You have rated this sample.", "A first impression is not changed."),
            _ => id,
        };
    }

    private static readonly DeskRefusal s_missing = new(
        DeskRefusalKind.NotFound, "There is no such sample for you to rate.", "See GET /api/v1/goodhart/samples.");

    private static bool IsForeign(Viewer viewer, Outcome outcome) =>
        outcome.PersonId != viewer.PersonId && (outcome.TeamId.Length == 0 || outcome.TeamId != viewer.TeamId);
}
