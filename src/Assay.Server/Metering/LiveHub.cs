using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Assay.Ledger.Usage;

namespace Assay.Server.Metering;

/// <summary>What a live view is told once a second.</summary>
/// <param name="AtMs">When, in Unix milliseconds.</param>
/// <param name="InFlight">Calls under way on this node.</param>
/// <param name="Minute">The last sixty seconds, oldest first.</param>
/// <param name="Total">Since this node started.</param>
/// <param name="Latest">Calls that ended since the last tick, newest last, at most twenty.</param>
internal sealed record LiveTick(
    long AtMs, int InFlight, LiveCount[] Minute, LiveCount Total, IReadOnlyList<UsageEvent> Latest);

/// <summary>Whose calls a live view shows; exactly one of the three.</summary>
internal readonly record struct LiveFilter(string? PersonId, string? TeamId)
{
    public static LiveFilter Company => default;

    public static LiveFilter OfPerson(string personId) => new(personId, null);

    public static LiveFilter OfTeam(string teamId) => new(null, teamId);
}

/// <summary>
/// Live totals of this node. Recording is a few additions under a lock; one producer serves all viewers once a second,
/// and a slow viewer only ever misses ticks.
/// </summary>
internal sealed class LiveHub(TimeProvider clock)
{
    private const int LatestMax = 20;
    private const int ViewersMax = 20_000;

    private readonly Lock _lock = new();
    private readonly LiveScope _company = new();
    private readonly Dictionary<string, LiveScope> _people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LiveScope> _teams = new(StringComparer.Ordinal);
    private readonly List<Viewer> _viewers = [];

    /// <summary>A call was accepted.</summary>
    public void Begin(string personId, IReadOnlyList<string> teamPath) => Change(personId, teamPath, 1, null);

    /// <summary>A call ended without being journaled.</summary>
    public void End(string personId, IReadOnlyList<string> teamPath) => Change(personId, teamPath, -1, null);

    /// <summary>A call was settled.</summary>
    public void Record(UsageEvent call, IReadOnlyList<string> teamPath) => Change(call.PersonId, teamPath, -1, call);

    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                return _company.InFlight;
            }
        }
    }

    /// <summary>The present state of a scope, for a page that is rendered now.</summary>
    public LiveTick Now(LiveFilter filter)
    {
        lock (_lock)
        {
            return Tick(filter, []);
        }
    }

    /// <summary>Ticks until cancelled; null when there are too many viewers.</summary>
    public IAsyncEnumerable<LiveTick>? Subscribe(LiveFilter filter, CancellationToken cancellation)
    {
        var viewer = new Viewer(filter);
        lock (_lock)
        {
            if (_viewers.Count >= ViewersMax)
            {
                return null;
            }

            _viewers.Add(viewer);
        }

        return ReadAsync(viewer, cancellation);
    }

    /// <summary>Sends one tick to everybody; called once a second.</summary>
    public void Publish()
    {
        lock (_lock)
        {
            foreach (var viewer in _viewers)
            {
                viewer.Ticks.Writer.TryWrite(Tick(viewer.Filter, viewer.TakeLatest()));
            }
        }
    }

    private async IAsyncEnumerable<LiveTick> ReadAsync(
        Viewer viewer, [EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            await foreach (var tick in viewer.Ticks.Reader.ReadAllAsync(cancellation))
            {
                yield return tick;
            }
        }
        finally
        {
            lock (_lock)
            {
                _viewers.Remove(viewer);
            }
        }
    }

    private void Change(string personId, IReadOnlyList<string> teamPath, int inFlight, UsageEvent? call)
    {
        var second = clock.GetUtcNow().ToUnixTimeSeconds();
        lock (_lock)
        {
            Add(_company);
            Add(Of(_people, personId));
            for (var i = 0; i < teamPath.Count; i++)
            {
                Add(Of(_teams, teamPath[i]));
            }

            if (call is not null)
            {
                foreach (var viewer in _viewers)
                {
                    viewer.Offer(call, teamPath);
                }
            }
        }

        void Add(LiveScope scope)
        {
            scope.InFlight += inFlight;
            if (call is not null)
            {
                scope.Add(second, call);
            }
        }
    }

    private LiveTick Tick(LiveFilter filter, IReadOnlyList<UsageEvent> latest)
    {
        var now = clock.GetUtcNow();
        var scope = filter switch
        {
            { PersonId: { } person } => Of(_people, person),
            { TeamId: { } team } => Of(_teams, team),
            _ => _company,
        };
        return new LiveTick(
            now.ToUnixTimeMilliseconds(),
            scope.InFlight,
            scope.LastMinute(now.ToUnixTimeSeconds()),
            scope.Total,
            latest);
    }

    private static LiveScope Of(Dictionary<string, LiveScope> scopes, string id)
    {
        if (!scopes.TryGetValue(id, out var scope))
        {
            scopes.Add(id, scope = new LiveScope());
        }

        return scope;
    }

    private sealed class Viewer(LiveFilter filter)
    {
        private List<UsageEvent> _latest = [];

        public LiveFilter Filter { get; } = filter;

        public Channel<LiveTick> Ticks { get; } = Channel.CreateBounded<LiveTick>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

        public void Offer(UsageEvent call, IReadOnlyList<string> teamPath)
        {
            var mine = Filter switch
            {
                { PersonId: { } person } => call.PersonId == person,
                { TeamId: { } team } => teamPath.Contains(team),
                _ => true,
            };
            if (!mine)
            {
                return;
            }

            if (_latest.Count == LatestMax)
            {
                _latest.RemoveAt(0);
            }

            _latest.Add(call);
        }

        public List<UsageEvent> TakeLatest()
        {
            var latest = _latest;
            _latest = [];
            return latest;
        }
    }
}
