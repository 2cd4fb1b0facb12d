namespace Assay.Server.Routing;

/// <summary>
/// Remembers where sessions were sent whose place follows from nothing that stays the same, so that they stay there while they
/// last. Bounded; thread-safe.
/// </summary>
internal sealed class SessionPlaces
{
    // Providers keep their caches for five minutes to an hour; a session that was quiet for longer has nothing to lose.
    private const long IdleMs = 60 * 60 * 1000;
    private const int SessionsMax = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Route, string Session), (TargetHealth Target, long UsedMs)> _places = [];

    /// <summary>The targets with the session's own one first; a session that is new, or whose target is not among them, goes to the first.</summary>
    public Target[] Stay(string route, string session, Target[] ordered, long nowMs)
    {
        var index = 0;
        lock (_lock)
        {
            if (_places.TryGetValue((route, session), out var place) && nowMs - place.UsedMs < IdleMs)
            {
                index = Math.Max(0, Array.FindIndex(ordered, target => target.Health == place.Target));
            }
            else if (_places.Count >= SessionsMax)
            {
                DropIdle(nowMs);
            }

            _places[(route, session)] = (ordered[index].Health, nowMs);
        }

        return index == 0 ? ordered : [ordered[index], .. ordered[..index], .. ordered[(index + 1)..]];
    }

    private void DropIdle(long nowMs)
    {
        foreach (var (key, _) in _places.Where(place => nowMs - place.Value.UsedMs >= IdleMs).ToList())
        {
            _places.Remove(key);
        }

        if (_places.Count >= SessionsMax)
        {
            _places.Clear(); // More sessions at once than anybody has: each finds its cheapest again.
        }
    }
}
