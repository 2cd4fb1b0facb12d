using Assay.Ledger.Book;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Tests.Book;

/// <summary>What a book should do, written as plainly as can be: nothing is summed up until it is asked for.</summary>
internal sealed class BookModel(int resolvedIdsMax)
{
    private readonly Dictionary<string, (AccountUnit Unit, long? Limit)> _limits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Posting>> _postings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _broken = new(StringComparer.Ordinal);
    private readonly List<Guid> _resolvedInOrder = [];

    public Dictionary<Guid, Held> Open { get; } = [];

    public Dictionary<Guid, Resolution> Resolved { get; } = [];

    public IEnumerable<string> Accounts => _limits.Keys;

    public void SetLimit(string account, AccountUnit unit, long? limit)
    {
        _limits[account] = (unit, limit);

        // What a limit is over by at the moment when it is set was not held under it.
        var balance = Balance(account);
        _broken[account] = limit is null ? 0 : Math.Max(0, balance.Posted + balance.Pending - limit.Value) - balance.Overage;
    }

    public (string? RefusedBy, long Remaining) Refuses(string[] path, long money, long tokens)
    {
        foreach (var account in path)
        {
            var wanted = _limits[account].Unit == AccountUnit.NanoUsd ? money : tokens;
            var balance = Balance(account);
            if (wanted > 0 && balance.Limit is { } limit && balance.Posted + balance.Pending + wanted > limit)
            {
                return (account, Math.Max(0, limit - balance.Posted - balance.Pending));
            }
        }

        return (null, 0);
    }

    public void Hold(Guid id, string[] path, long money, long tokens, long expiresAtMs) =>
        Open.Add(id, new Held(path, money, tokens, expiresAtMs));

    public void HoldMore(Guid id, long money, long tokens) =>
        Open[id] = Open[id] with { Money = Open[id].Money + money, Tokens = Open[id].Tokens + tokens };

    public void Resolve(Guid id, Resolution resolution, long money, long tokens)
    {
        Open.Remove(id, out var held).ShouldBeTrue();
        var posting = new Posting(money, tokens, Math.Max(0, money - held!.Money), Math.Max(0, tokens - held.Tokens));
        foreach (var account in held.Path)
        {
            _postings.TryAdd(account, []);
            _postings[account].Add(posting);
        }

        Resolved.Add(id, resolution);
        _resolvedInOrder.Add(id);
        if (_resolvedInOrder.Count > resolvedIdsMax)
        {
            Resolved.Remove(_resolvedInOrder[0]);
            _resolvedInOrder.RemoveAt(0);
        }
    }

    public List<ExpiredReservation> Due(long nowMs) =>
        [.. Open.Where(one => one.Value.ExpiresAtMs <= nowMs)
            .OrderBy(one => one.Value.ExpiresAtMs).ThenBy(one => one.Key)
            .Select(one => new ExpiredReservation(one.Key, new NanoUsd(one.Value.Money), one.Value.Tokens))];

    public AccountBalance Balance(string account)
    {
        var (unit, limit) = _limits[account];
        var money = unit == AccountUnit.NanoUsd;
        var postings = _postings.GetValueOrDefault(account) ?? [];
        var (posted, overage, pending) = (0L, 0L, 0L);
        foreach (var one in postings)
        {
            posted += money ? one.Money : one.Tokens;
            overage += money ? one.MoneyOver : one.TokensOver;
        }

        foreach (var one in Open.Values)
        {
            if (Array.IndexOf(one.Path, account) >= 0)
            {
                pending += money ? one.Money : one.Tokens;
            }
        }

        long? remaining = limit is null ? null : Math.Max(0, limit.Value - posted - pending);
        return new AccountBalance(account, unit, limit, posted, pending, overage, remaining);
    }

    /// <summary>The promise: beyond its limit an account is only by overage, or by what was there when it was set.</summary>
    public void CheckPromise(AccountBalance balance)
    {
        if (balance.Limit is { } limit
            && balance.Posted + balance.Pending - balance.Overage - Math.Max(0, _broken[balance.Account]) > limit)
        {
            throw new InvalidOperationException($"{balance.Account} is over its limit");
        }
    }

    private sealed record Posting(long Money, long Tokens, long MoneyOver, long TokensOver);

    internal sealed record Held(string[] Path, long Money, long Tokens, long ExpiresAtMs);
}
