using System.Runtime.CompilerServices;

namespace Assay.Ledger.Book;

/// <summary>An open reservation. Objects are reused after it is resolved.</summary>
internal sealed class Reservation
{
    /// <summary>Enough for org, five levels of team, person, key and use case, each with a few windows.</summary>
    public const int AccountsMax = 32;

    private Slots _slots;

    public long Money { get; set; }

    public long Tokens { get; set; }

    public long ExpiresAtMs { get; set; }

    public int AccountCount { get; private set; }

    public ReadOnlySpan<Account> Accounts => ((ReadOnlySpan<Account?>)_slots)[..AccountCount]!;

    /// <summary>An account that is named twice is held on once.</summary>
    public void Add(Account account)
    {
        foreach (var known in Accounts)
        {
            if (ReferenceEquals(known, account))
            {
                return;
            }
        }

        Invariant.Check(AccountCount < AccountsMax);
        _slots[AccountCount++] = account;
    }

    public void Clear()
    {
        ((Span<Account?>)_slots)[..AccountCount].Clear();
        AccountCount = 0;
        Money = Tokens = ExpiresAtMs = 0;
    }

    [InlineArray(AccountsMax)]
    private struct Slots
    {
        private Account? _first;
    }
}
