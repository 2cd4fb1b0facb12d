using System.Runtime.CompilerServices;

namespace Assay.Ledger.Book;

/// <summary>An open reservation. Objects are reused after it is resolved.</summary>
internal sealed class Reservation
{
    /// <summary>Enough for org, five levels of team, person, key and use case, each with a few windows.</summary>
    public const int AccountsMax = 32;

    private Slots _slots;
    private uint _enforced;

    public long Money { get; set; }

    public long Tokens { get; set; }

    public long ExpiresAtMs { get; set; }

    /// <summary>When it was held: the time at which what it costs counts as spent.</summary>
    public long HeldAtMs { get; set; }

    public int AccountCount { get; private set; }

    public ReadOnlySpan<Account> Accounts => ((ReadOnlySpan<Account?>)_slots)[..AccountCount]!;

    /// <summary>An account that is named twice is held on once, and enforced if it is once.</summary>
    public void Add(Account account, bool enforced)
    {
        var bit = 1u << AccountCount;
        var accounts = Accounts;
        for (var i = 0; i < accounts.Length; i++)
        {
            if (ReferenceEquals(accounts[i], account))
            {
                _enforced |= enforced ? 1u << i : 0;
                return;
            }
        }

        Invariant.Check(AccountCount < AccountsMax);
        _enforced |= enforced ? bit : 0;
        _slots[AccountCount++] = account;
    }

    /// <summary>Whether the limit of one of the accounts may refuse this reservation and its extensions.</summary>
    public bool Enforces(int account) => (_enforced & (1u << account)) != 0;

    public void Clear()
    {
        ((Span<Account?>)_slots)[..AccountCount].Clear();
        AccountCount = 0;
        Money = Tokens = ExpiresAtMs = HeldAtMs = 0;
        _enforced = 0;
    }

    [InlineArray(AccountsMax)]
    private struct Slots
    {
        private Account? _first;
    }
}
