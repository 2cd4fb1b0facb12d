using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using Assay.Server.Budgets;
using Assay.Server.Directory;

namespace Assay.Server.RateLimits;

/// <summary>What a rate limit said to a call that it keeps.</summary>
/// <param name="RetryInMs">When there will be room; null if time alone makes none.</param>
internal sealed record RateRefusal(RateLimit Limit, RateBound Bound, long? RetryInMs);

/// <summary>A call that was let in: what it is counted with and where.</summary>
internal sealed class RateTicket(RateGate[] gates, long[] slots, long tokens, RateStanding standing)
{
    public RateGate[] Gates { get; } = gates;

    public long[] Slots { get; } = slots;

    public long Tokens { get; } = tokens;

    /// <summary>What is left right after this call was let in.</summary>
    public RateStanding Standing { get; } = standing;
}

/// <summary>The tightest of the limits that apply to a call, as <c>x-ratelimit-*</c> tells it. Null where none applies.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RateStanding(
    long? RequestsLimit, long RequestsLeft, long RequestsResetMs, long? TokensLimit, long TokensLeft, long TokensResetMs);

/// <summary>
/// The rate limits at work on this node. A call is counted at all that apply to it or at none.
/// </summary>
internal sealed class RateGates(TimeProvider clock) : IDirectoryObserver
{
    private readonly Lock _lock = new();
    private volatile Board _board = new([]);

    public Task PrepareAsync(DirectorySnapshot directory, CancellationToken ct)
    {
        var known = _board.Gates.ToDictionary(gate => gate.Limit.Scope);
        var gates = directory.Data.RateLimits.Select(limit =>
        {
            // What was counted in the last minute stays counted when a limit changes.
            var gate = known.GetValueOrDefault(limit.Scope) ?? new RateGate(limit);
            gate.Limit = limit;
            return gate;
        });
        _board = new Board([.. gates]);
        return Task.CompletedTask;
    }

    /// <summary>Lets a call in, or says which limit keeps it.</summary>
    /// <param name="question">What the call is.</param>
    /// <param name="tokens">How many tokens it is expected to use.</param>
    /// <param name="refusal">Why it is kept; null if it is let in.</param>
    /// <returns>To give back at its end; null if no limit applies or it is kept.</returns>
    public RateTicket? TryEnter(in BudgetQuestion question, long tokens, out RateRefusal? refusal)
    {
        refusal = null;
        var gates = _board.GatesFor(question);
        if (gates.Length == 0)
        {
            return null;
        }

        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            foreach (var gate in gates)
            {
                gate.Advance(now);
                if (gate.Blocks(tokens) is { } bound)
                {
                    refusal = new RateRefusal(
                        gate.Limit, bound, bound == RateBound.Concurrent ? 1_000 : gate.RoomInMs(tokens));
                    return null;
                }
            }

            var slots = Array.ConvertAll(gates, gate => gate.Begin(tokens));
            return new RateTicket(gates, slots, tokens, Standing(gates));
        }
    }

    /// <summary>The call is over and used so many tokens.</summary>
    public void Leave(RateTicket ticket, long tokens)
    {
        lock (_lock)
        {
            for (var i = 0; i < ticket.Gates.Length; i++)
            {
                ticket.Gates[i].End(ticket.Slots[i], ticket.Tokens, tokens);
            }
        }
    }

    private static RateStanding Standing(RateGate[] gates)
    {
        var standing = new RateStanding(null, long.MaxValue, 0, null, long.MaxValue, 0);
        foreach (var gate in gates)
        {
            if (gate.Limit.RequestsPerMinute is { } requests && gate.RequestsLeft < standing.RequestsLeft)
            {
                standing = standing with
                {
                    RequestsLimit = requests,
                    RequestsLeft = gate.RequestsLeft,
                    RequestsResetMs = gate.FullInMs(),
                };
            }

            if (gate.Limit.TokensPerMinute is { } tokens && gate.TokensLeft < standing.TokensLeft)
            {
                standing = standing with
                {
                    TokensLimit = tokens,
                    TokensLeft = gate.TokensLeft,
                    TokensResetMs = gate.FullInMs(),
                };
            }
        }

        return standing;
    }

    private sealed class Board(RateGate[] gates)
    {
        // Model names and use cases come from callers, so what is remembered about them is bounded.
        private const int RememberedMax = 65_536;

        private readonly FrozenDictionary<BudgetScope, RateGate> _byScope =
            gates.ToFrozenDictionary(gate => gate.Limit.Scope);

        private readonly RateGate[] _ofModels =
            [.. gates.Where(gate => gate.Limit.Scope.Kind == BudgetScopeKind.Model)];

        private readonly ConcurrentDictionary<BudgetQuestion, RateGate[]> _remembered = new();

        public RateGate[] Gates => gates;

        public RateGate[] GatesFor(in BudgetQuestion question)
        {
            if (gates.Length == 0)
            {
                return [];
            }

            if (_remembered.TryGetValue(question, out var known))
            {
                return known;
            }

            if (_remembered.Count >= RememberedMax)
            {
                _remembered.Clear();
            }

            return _remembered.GetOrAdd(question, [.. Find(question)]);
        }

        private IEnumerable<RateGate> Find(BudgetQuestion question)
        {
            foreach (var scope in BudgetScopes.Of(question))
            {
                if (_byScope.TryGetValue(scope, out var gate))
                {
                    yield return gate;
                }
            }

            foreach (var gate in _ofModels)
            {
                if (BudgetScopes.IsOfModel(gate.Limit.Scope, question))
                {
                    yield return gate;
                }
            }
        }
    }
}
