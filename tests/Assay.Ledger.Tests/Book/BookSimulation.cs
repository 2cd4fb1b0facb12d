using Assay.Ledger.Book;
using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using LedgerBook = Assay.Ledger.Book.Book;

namespace Assay.Ledger.Tests.Book;

/// <summary>
/// A random life of a book from one seed: calls that come and go over a tree of accounts, clients that repeat
/// themselves, providers that bill too much, clocks that jump, limits that change and processes that die. A plain
/// model, written the obvious way, does the same beside it; after every step both must agree.
/// </summary>
internal sealed class BookSimulation(int seed)
{
    private const int ResolvedIdsMax = 40;

    // A tree of money accounts; each leaf has an account of its own that may count tokens, outside the tree's sums.
    private static readonly string[][] s_paths =
    [
        ["key:a1", "team:a", "org", "tokens:a1"],
        ["key:a2", "team:a", "org"],
        ["key:b1", "team:b", "org", "tokens:b1"],
        ["key:b2", "team:b", "org"],
    ];

    private static readonly (string Parent, string First, string Second)[] s_tree =
        [("org", "team:a", "team:b"), ("team:a", "key:a1", "key:a2"), ("team:b", "key:b1", "key:b2")];

    private readonly Random _random = new(seed);
    private readonly BookModel _model = new(ResolvedIdsMax);
    private readonly List<JournalEntry> _journal = [];
    private LedgerBook _book = new(ResolvedIdsMax);
    private long _nowMs = 1_800_000_000_000;
    private int _lastId;

    public int Step { get; private set; }

    public void Run(int steps)
    {
        foreach (var account in s_paths.SelectMany(path => path).Distinct(StringComparer.Ordinal))
        {
            SetLimit(account);
        }

        for (; Step < steps; Step++)
        {
            switch (_random.Next(100))
            {
                case < 34: Reserve(); break;
                case < 38: ReserveAgain(); break;
                case < 60: Post(); break;
                case < 67: Void(); break;
                case < 75: Extend(); break;
                case < 83: JumpClock(); break;
                case < 89: Expire(); break;
                case < 93: SetLimit(Pick(s_paths[_random.Next(s_paths.Length)])); break;
                case < 97: ResolveAgain(); break;
                default: CrashAndReplay(); break;
            }

            CheckEverything();
        }
    }

    private void Reserve()
    {
        var (id, path) = (BookTests.Number(++_lastId), s_paths[_random.Next(s_paths.Length)]);
        var (money, tokens) = (Amount(400), Amount(300));
        var expiresAtMs = _nowMs + _random.Next(-1_000, 120_000);

        var result = _book.Reserve(id, path, new NanoUsd(money), tokens, _nowMs, expiresAtMs);
        var (refusedBy, remaining) = _model.Refuses(path, money, tokens);
        if (refusedBy is null)
        {
            result.Status.ShouldBe(ReserveStatus.Held);
            _model.Hold(id, path, money, tokens, expiresAtMs);
            _journal.Add(new Reserved(BookTests.Call(id, money, tokens), expiresAtMs, path));
        }
        else
        {
            result.ShouldBe(new ReserveResult(ReserveStatus.Refused, refusedBy, remaining));
        }
    }

    private void ReserveAgain()
    {
        if (Pick([.. _model.Open.Keys, .. _model.Resolved.Keys]) is var id && id != default)
        {
            _book.Reserve(id, s_paths[0], new NanoUsd(1), 1, _nowMs, _nowMs).Status.ShouldBe(ReserveStatus.Duplicate);
        }
    }

    private void Post()
    {
        if (Pick([.. _model.Open.Keys]) is var id && id != default)
        {
            // Up to double the estimate.
            var held = _model.Open[id];
            var (money, tokens) = (Amount((2 * held.Money) + 1), Amount((2 * held.Tokens) + 1));
            Settle(id, Resolution.Posted, money, tokens, _book.Post(id, new NanoUsd(money), tokens, _nowMs));
        }
    }

    private void Void()
    {
        if (Pick([.. _model.Open.Keys]) is var id && id != default)
        {
            Settle(id, Resolution.Voided, 0, 0, _book.Void(id, _nowMs));
        }
    }

    private void Settle(Guid id, Resolution resolution, long money, long tokens, SettleStatus status)
    {
        status.ShouldBe(SettleStatus.Settled);
        _model.Resolve(id, resolution, money, tokens);
        _journal.Add(new Settled(BookTests.Call(id, money, tokens) with { Resolution = resolution }));
    }

    private void Extend()
    {
        var id = Pick([.. _model.Open.Keys, .. _model.Resolved.Keys]);
        var (money, tokens) = (Amount(100), Amount(100));
        var result = _book.Extend(id, new NanoUsd(money), tokens, _nowMs);
        if (!_model.Open.TryGetValue(id, out var held))
        {
            result.Status.ShouldBe(ReserveStatus.NotOpen);
        }
        else if (_model.Refuses(held.Path, money, tokens) is (string refusedBy, var remaining))
        {
            result.ShouldBe(new ReserveResult(ReserveStatus.Refused, refusedBy, remaining));
        }
        else
        {
            result.Status.ShouldBe(ReserveStatus.Held);
            _model.HoldMore(id, money, tokens);
            _journal.Add(new Extended(id, _nowMs, new NanoUsd(money), tokens));
        }
    }

    private void JumpClock() => _nowMs += _random.Next(10) == 0 ? _random.Next(-600_000, 600_000) : _random.Next(0, 30_000);

    private void Expire()
    {
        var expected = _model.Due(_nowMs);
        var expired = new List<ExpiredReservation>();
        _book.Expire(_nowMs, expired);
        expired.ShouldBe(expected);
        foreach (var one in expired)
        {
            _model.Resolve(one.Id, Resolution.Expired, one.Amount.Nanos, one.Tokens);
            _journal.Add(new Settled(BookTests.Call(one.Id, one.Amount.Nanos, one.Tokens) with { Resolution = Resolution.Expired }));
        }
    }

    private void SetLimit(string account)
    {
        var unit = account.StartsWith("tokens", StringComparison.Ordinal) && _random.Next(4) != 0
            ? AccountUnit.Tokens
            : AccountUnit.NanoUsd;
        long? limit = _random.Next(6) == 0 ? null : _random.Next(0, 6_000);
        _book.SetLimit(account, unit, limit, _nowMs);
        _model.SetLimit(account, unit, limit);
        _journal.Add(new LimitSet(account, _nowMs, unit, limit));
    }

    private void ResolveAgain()
    {
        var unknown = BookTests.Number(-1);
        _book.Post(unknown, new NanoUsd(1), 1, _nowMs).ShouldBe(SettleStatus.Unknown);
        if (Pick([.. _model.Resolved.Keys]) is var id && id != default)
        {
            var again = _random.Next(2) == 0 ? _book.Void(id, _nowMs) : _book.Post(id, new NanoUsd(5), 5, _nowMs);
            again.ShouldBe(_model.Resolved[id] switch
            {
                Resolution.Posted => SettleStatus.AlreadyPosted,
                Resolution.Voided => SettleStatus.AlreadyVoided,
                _ => SettleStatus.AlreadyExpired,
            });
        }
    }

    /// <summary>The process dies: all that is left is the journal, some of it perhaps delivered twice.</summary>
    private void CrashAndReplay()
    {
        var replayed = new LedgerBook(ResolvedIdsMax);
        for (var i = 0; i < _journal.Count; i++)
        {
            replayed.Apply(_journal[i]).ShouldBeTrue($"entry {i} of the journal changed nothing");
            if (_journal[i] is not (Extended or LimitSet) && _random.Next(8) == 0)
            {
                replayed.Apply(_journal[i]).ShouldBeFalse($"entry {i} of the journal counted twice");
            }
        }

        replayed.Fingerprint().ShouldBe(_book.Fingerprint());
        _book = replayed;
    }

    private void CheckEverything()
    {
        _book.CheckInvariants();
        _book.OpenCount.ShouldBe(_model.Open.Count);
        foreach (var account in _model.Accounts)
        {
            var (balance, expected) = (_book.Balance(account), _model.Balance(account));
            Same(balance, expected, account);
            _model.CheckPromise(expected);
        }

        foreach (var (parent, first, second) in s_tree)
        {
            var (sum, one, other) = (_book.Balance(parent), _book.Balance(first), _book.Balance(second));
            Same(sum.Posted, one.Posted + other.Posted, parent);
            Same(sum.Pending, one.Pending + other.Pending, parent);
            Same(sum.Overage, one.Overage + other.Overage, parent);
        }
    }

    // Asked a million times: the words of the assertion are only made when it fails.
    private static void Same<T>(T found, T expected, string account)
        where T : IEquatable<T>
    {
        if (!found.Equals(expected))
        {
            found.ShouldBe(expected, account);
        }
    }

    private long Amount(long max) => _random.Next(12) == 0 ? 0 : _random.NextInt64(max);

    private T? Pick<T>(IReadOnlyList<T> some) => some.Count == 0 ? default : some[_random.Next(some.Count)];

    private string Pick(string[] some) => some[_random.Next(some.Length)];
}
