using Assay.Server.Directory;

namespace Assay.Server.RateLimits;

/// <summary>
/// Counts the calls and tokens of one scope over the last minute, and its calls under way. Exact on a node: in no sixty
/// seconds more is let in than the limit says. Time moves in quarters of a second, so that room comes back at most so
/// much late. Not thread-safe; <see cref="RateGates"/> has the lock.
/// </summary>
internal sealed class RateGate(RateLimit limit)
{
    public const int SlotMs = 250;
    private const int Slots = 60_000 / SlotMs;

    private readonly int[] _requests = new int[Slots];
    private readonly long[] _tokens = new long[Slots];
    private long _slot;
    private long _requestsNow;
    private long _tokensNow;

    public RateLimit Limit { get; set; } = limit;

    /// <summary>How many calls are under way.</summary>
    public int Open { get; private set; }

    public long RequestsLeft => Math.Max(0, (Limit.RequestsPerMinute ?? long.MaxValue) - _requestsNow);

    public long TokensLeft => Math.Max(0, (Limit.TokensPerMinute ?? long.MaxValue) - _tokensNow);

    /// <summary>Forgets what is more than a minute ago. A clock that goes back changes nothing until it has caught up.</summary>
    public void Advance(long nowMs)
    {
        var slot = nowMs / SlotMs;
        if (slot - _slot >= Slots)
        {
            Array.Clear(_requests);
            Array.Clear(_tokens);
            (_requestsNow, _tokensNow, _slot) = (0, 0, slot);
            return;
        }

        while (_slot < slot)
        {
            _slot++;
            var at = (int)(_slot % Slots);
            _requestsNow -= _requests[at];
            _tokensNow -= _tokens[at];
            _requests[at] = 0;
            _tokens[at] = 0;
        }
    }

    /// <summary>Why a call of so many tokens must wait; null if it need not.</summary>
    public RateBound? Blocks(long tokens) =>
        Limit.ConcurrentStreams is { } streams && Open >= streams ? RateBound.Concurrent
        : RequestsLeft < 1 ? RateBound.Requests
        : tokens > TokensLeft ? RateBound.Tokens
        : null;

    /// <summary>Counts a call.</summary>
    /// <returns>The slot it is counted in, for <see cref="End"/>.</returns>
    public long Begin(long tokens)
    {
        var at = (int)(_slot % Slots);
        _requests[at]++;
        _requestsNow++;
        _tokens[at] += tokens;
        _tokensNow += tokens;
        Open++;
        return _slot;
    }

    /// <summary>The call is over; what it was counted with becomes what it used, if that is still counted.</summary>
    public void End(long slot, long counted, long used)
    {
        Open--;
        if (_slot - slot < Slots)
        {
            _tokens[(int)(slot % Slots)] += used - counted;
            _tokensNow += used - counted;
        }
    }

    /// <summary>
    /// In how many milliseconds there will be room for one more call of so many tokens, if nobody else comes; null if
    /// time alone makes no room.
    /// </summary>
    public long? RoomInMs(long tokens)
    {
        if (Limit.RequestsPerMinute is 0 || tokens > (Limit.TokensPerMinute ?? long.MaxValue))
        {
            return null;
        }

        var (requests, held) = (_requestsNow, _tokensNow);
        for (var ahead = 1; ahead <= Slots; ahead++)
        {
            var at = (int)((_slot + ahead) % Slots);
            requests -= _requests[at];
            held -= _tokens[at];
            if (requests < (Limit.RequestsPerMinute ?? long.MaxValue)
                && held + tokens <= (Limit.TokensPerMinute ?? long.MaxValue))
            {
                return (long)ahead * SlotMs;
            }
        }

        return 60_000;
    }

    /// <summary>In how many milliseconds all room is back.</summary>
    public long FullInMs()
    {
        for (var behind = 0; behind < Slots; behind++)
        {
            var at = (int)((_slot - behind + Slots) % Slots);
            if (_requests[at] != 0 || _tokens[at] != 0)
            {
                return (long)(Slots - behind) * SlotMs;
            }
        }

        return 0;
    }
}

/// <summary>Which part of a rate limit keeps a call.</summary>
internal enum RateBound : byte
{
    Requests,
    Tokens,
    Concurrent,
}
