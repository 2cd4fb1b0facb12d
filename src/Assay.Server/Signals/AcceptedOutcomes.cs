using Assay.Server.Outcomes;
using Assay.Server.Store;

namespace Assay.Server.Signals;

/// <summary>
/// Tells each accepted outcome once, for what came of somebody's work counts for them. Most are found within a minute; what
/// is told late of is found within the hour.
/// </summary>
internal sealed class AcceptedOutcomes(IOutcomeStore store, TimeProvider clock)
{
    /// <summary>Older ones no longer matter to the detectors.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    // A company of 85,000 people closes about half a million a week.
    private const int CountedMax = 1_000_000;

    private static readonly TimeSpan s_recent = TimeSpan.FromHours(2);
    private static readonly TimeSpan s_lookBackEvery = TimeSpan.FromHours(1);

    private readonly Dictionary<string, long> _counted = new(StringComparer.Ordinal);
    private DateTimeOffset _lookBackAt = DateTimeOffset.MinValue;
    private long _version = -1;

    /// <summary>Those accepted within the last week that have not been told before.</summary>
    public async Task<IReadOnlyList<Outcome>> NewAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var version = await store.VersionAsync(ct);
        if (version == _version && now < _lookBackAt)
        {
            return [];
        }

        var isLookBack = now >= _lookBackAt;
        var from = (now - (isLookBack ? Kept : s_recent)).ToUnixTimeMilliseconds();
        var found = new List<Outcome>();
        await foreach (var outcome in store.AllAsync(new OutcomeQuery { FromMs = from, NowMs = now.ToUnixTimeMilliseconds() }, ct))
        {
            if (outcome.State.AcceptedMs is { } acceptedMs && outcome.State.RevertedMs is null
                && _counted.Count < CountedMax && _counted.TryAdd(outcome.Id, acceptedMs))
            {
                found.Add(outcome);
            }
        }

        // Only now: if the store broke off, all is asked for again.
        _version = version;
        if (isLookBack)
        {
            _lookBackAt = now + s_lookBackEvery;
            var oldMs = (now - Kept - s_lookBackEvery).ToUnixTimeMilliseconds();
            foreach (var (id, _) in _counted.Where(each => each.Value < oldMs).ToList())
            {
                _counted.Remove(id);
            }
        }

        return found;
    }
}
