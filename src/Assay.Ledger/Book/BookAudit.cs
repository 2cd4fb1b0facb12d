namespace Assay.Ledger.Book;

/// <summary>Looks at a whole book: whether its sums are right, and whether it equals another.</summary>
internal static class BookAudit
{
    public static void Check(IEnumerable<Account> accounts, Dictionary<Guid, Reservation> open)
    {
        var held = new Dictionary<Account, (long Money, long Tokens, int Count)>();
        foreach (var reservation in open.Values)
        {
            Invariant.Check(reservation.Money >= 0 && reservation.Tokens >= 0);
            foreach (var account in reservation.Accounts)
            {
                var (money, tokens, count) = held.GetValueOrDefault(account);
                held[account] = (checked(money + reservation.Money), checked(tokens + reservation.Tokens), count + 1);
            }
        }

        var known = 0;
        foreach (var account in accounts)
        {
            known += held.ContainsKey(account) ? 1 : 0;
            var (money, tokens, count) = held.GetValueOrDefault(account);
            Invariant.Check(account.Money.Pending == money);
            Invariant.Check(account.Tokens.Pending == tokens);
            Invariant.Check(account.OpenCount == count);
            Invariant.Check(account.Money.Posted >= account.Money.Overage && account.Money.Overage >= 0);
            Invariant.Check(account.Tokens.Posted >= account.Tokens.Overage && account.Tokens.Overage >= 0);
        }

        Invariant.Check(known == held.Count, "every reservation is held on accounts of this book");
    }

    /// <summary>The sum of the items' hashes, which does not depend on their order.</summary>
    public static ulong Fingerprint(IEnumerable<Account> accounts, Dictionary<Guid, Reservation> open)
    {
        var sum = 0UL;
        foreach (var account in accounts)
        {
            var hash = Text(0xA55A_0001, account.Name);
            hash = Mix(hash, (ulong)account.Unit);
            hash = Mix(hash, account.Limit is { } limit ? (ulong)limit : ulong.MaxValue);
            hash = Sums(Sums(hash, account.Money), account.Tokens);
            sum = unchecked(sum + Mix(hash, (ulong)account.OpenCount));
        }

        Span<byte> bytes = stackalloc byte[16];
        foreach (var (id, reservation) in open)
        {
            id.TryWriteBytes(bytes);
            var hash = Mix(0xA55A_0002, BitConverter.ToUInt64(bytes));
            hash = Mix(hash, BitConverter.ToUInt64(bytes[8..]));
            hash = Mix(Mix(hash, (ulong)reservation.Money), (ulong)reservation.Tokens);
            hash = Mix(hash, unchecked((ulong)reservation.ExpiresAtMs));
            foreach (var account in reservation.Accounts)
            {
                hash = Text(hash, account.Name);
            }

            sum = unchecked(sum + Mix(hash, (ulong)reservation.AccountCount));
        }

        return sum;
    }

    private static ulong Sums(ulong hash, Account.Sums sums) =>
        Mix(Mix(Mix(hash, (ulong)sums.Posted), (ulong)sums.Pending), (ulong)sums.Overage);

    private static ulong Text(ulong hash, string text)
    {
        hash = Mix(hash, (ulong)text.Length);
        foreach (var letter in text)
        {
            hash = Mix(hash, letter);
        }

        return hash;
    }

    // The finalizer of MurmurHash3: every input bit reaches every output bit.
    private static ulong Mix(ulong hash, ulong value)
    {
        unchecked
        {
            hash = (hash ^ value) * 0xFF51_AFD7_ED55_8CCD;
            hash = (hash ^ (hash >> 33)) * 0xC4CE_B9FE_1A85_EC53;
            return hash ^ (hash >> 29);
        }
    }
}
