using Assay.Ledger.Book;
using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Store;
using Held = Assay.Server.Tests.Budgets.BudgetModel.Held;

namespace Assay.Server.Tests.Budgets;

/// <summary>
/// A life of a company's budgets: calls over a random tree, in windows of every kind, while clocks jump over the ends of
/// windows and over summer time, limits change, the projector falls behind and the process dies between any two steps.
/// Ledger, windows, sums for the store and the replay are the real ones; a plain model does the same beside them.
/// </summary>
/// <param name="next">Decides: a number below the one given.</param>
internal sealed class BudgetSimulation(Func<int, int> next, TimeZoneInfo zone)
{
    private const long DayMs = 24 * 3_600_000L;

    private readonly BudgetWindows _windows = new(zone);
    private readonly BudgetModel _model = new();
    private readonly List<JournalEntry> _journal = [];
    private readonly Dictionary<(string Account, long Hour), AccountCharge> _store = [];
    private readonly List<Guid> _open = [];
    private readonly List<Line> _lines = [];
    private readonly List<Line[]> _people = [];
    private Book _book = NewBook();
    private int _watermark;
    private long _nowMs;
    private long _latestMs;
    private int _lastId;

    public int Step { get; private set; }

    public int Held { get; private set; }

    public int Refused { get; private set; }

    public int Crashes { get; private set; }

    public void Run(int steps, int checkEvery)
    {
        // Some time in 2026 or 2027: two changes of the clocks lie in every year.
        _nowMs = _latestMs = 1_767_225_600_000 + (next(700) * DayMs);
        Plant();
        for (Step = 0; Step < steps; Step++)
        {
            switch (next(1000))
            {
                case < 400: Reserve(); break;
                case < 730: Settle(); break;
                case < 800: Extend(); break;
                case < 930: Move(); break;
                case < 960: ChangeLimit(); break;
                case < 997: Project(); break;
                default: Crash(); break;
            }

            if (Step % checkEvery == 0)
            {
                CheckAll();
            }
        }

        Crash();
        CheckAll();
    }

    private static Book NewBook() => new(rollingHours: BudgetAccounts.RollingHours);

    // An org, a few teams, a few people in each; a monthly budget on every level, and some others here and there.
    private void Plant()
    {
        var org = Some("org");
        var teams = 1 + next(3);
        for (var t = 0; t < teams; t++)
        {
            var team = Some($"team{t}");
            var people = 1 + next(3);
            for (var p = 0; p < people; p++)
            {
                _people.Add([.. Some($"person{t}.{p}"), .. team, .. org]);
            }
        }
    }

    private Line[] Some(string scope)
    {
        List<Line> lines = [new Line(scope + "-m", BudgetWindow.Month, AccountUnit.NanoUsd)];
        for (var extra = next(3); extra > 0; extra--)
        {
            lines.Add(new Line(
                $"{scope}-{extra}",
                Enum.GetValues<BudgetWindow>()[next(6)],
                next(3) == 0 ? AccountUnit.Tokens : AccountUnit.NanoUsd));
        }

        foreach (var line in lines)
        {
            line.Limit = next(20_000);
            line.IsEnforced = next(6) != 0;
        }

        _lines.AddRange(lines);
        return [.. lines];
    }

    private void Reserve()
    {
        var lines = _people[next(_people.Count)];
        var accounts = new string[lines.Length];
        var enforced = 0u;
        for (var i = 0; i < lines.Length; i++)
        {
            accounts[i] = Begin(lines[i]);
            enforced |= lines[i].IsEnforced ? 1u << i : 0;
        }

        var (id, money, tokens) = (NewId(), Amount(400), Amount(300));
        var result = _book.Reserve(id, accounts, new NanoUsd(money), tokens, _nowMs, _nowMs + 60_000, enforced);
        var refusedBy = _model.Refuses(accounts, enforced, money, tokens);
        if (refusedBy is not null)
        {
            Refused++;
            Require(result is { Status: ReserveStatus.Refused } && result.RefusedBy == refusedBy, $"{result}, not refused by {refusedBy}");
            return;
        }

        Held++;
        Require(result.Status == ReserveStatus.Held, $"{result}, though there is room");
        _model.Hold(id, new Held(accounts, enforced, money, tokens, _nowMs, _journal.Count));
        _journal.Add(new Reserved(Call(id, money, tokens), _nowMs + 60_000, accounts));
        _open.Add(id);
        for (var i = 0; i < accounts.Length; i++)
        {
            CheckPromise(accounts[i], (enforced & (1u << i)) != 0, money, tokens);
        }
    }

    /// <summary>A hold never takes an account beyond its limit.</summary>
    private void CheckPromise(string account, bool isEnforced, long money, long tokens)
    {
        var balance = _book.Balance(account, _latestMs);
        var amount = balance.Unit == AccountUnit.NanoUsd ? money : tokens;
        Require(
            !isEnforced || amount == 0 || balance.Posted + balance.Pending <= balance.Limit,
            $"{account} was taken over its limit: {balance}");
    }

    private void Settle()
    {
        if (_open.Count == 0)
        {
            return;
        }

        var at = next(_open.Count);
        var id = _open[at];
        _open[at] = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        var held = _model.Open[id];
        var resolution = (Resolution)next(3);
        var (money, tokens) = resolution switch
        {
            Resolution.Voided => (0, 0),
            Resolution.Expired => (held.Money, held.Tokens),
            // Now and then a provider bills more than anybody expected.
            _ => (Amount((held.Money * 5 / 4) + 1), Amount((held.Tokens * 5 / 4) + 1)),
        };
        var status = resolution == Resolution.Voided
            ? _book.Void(id, _nowMs)
            : _book.Post(id, new NanoUsd(money), tokens, _nowMs);
        Require(status == SettleStatus.Settled, $"settling gave {status}");
        _model.Settle(id, money, tokens);
        _journal.Add(new Settled(
            Call(id, money, tokens) with
            {
                StartedAtMs = held.AtMs,
                Resolution = resolution,
                Reserved = new NanoUsd(held.Money),
            },
            held.Accounts,
            held.Tokens));
    }

    private void Extend()
    {
        if (_open.Count == 0)
        {
            return;
        }

        var id = _open[next(_open.Count)];
        var held = _model.Open[id];
        var (money, tokens) = (Amount(100), Amount(100));
        var result = _book.Extend(id, new NanoUsd(money), tokens, _latestMs);
        foreach (var account in held.Accounts)
        {
            _model[account].Forget(_latestMs);
        }

        if (_model.Refuses(held.Accounts, held.Enforced, money, tokens) is { } refusedBy)
        {
            Require(result.RefusedBy == refusedBy, $"{result}, not refused by {refusedBy}");
            return;
        }

        Require(result.Status == ReserveStatus.Held, $"{result}, though there is room");
        _model.HoldMore(id, money, tokens);
        _journal.Add(new Extended(id, _nowMs, new NanoUsd(money), tokens));
    }

    private void Move()
    {
        _nowMs += next(20) switch
        {
            0 => -next(600_000),
            1 => next(40) * DayMs,
            // To a hair's breadth of where some window ends, or beyond.
            2 or 3 => _windows.At(Enum.GetValues<BudgetWindow>()[next(3)], _nowMs).EndMs - _nowMs - 1 + next(3),
            _ => next(120_000),
        };
        _latestMs = Math.Max(_latestMs, _nowMs);
        foreach (var line in _lines)
        {
            var span = _windows.At(line.Window, _nowMs);
            Require(span.Contains(_nowMs), $"{_nowMs} is not in {span}");
            Require(
                span.EndMs == long.MaxValue || _windows.At(line.Window, span.EndMs).StartMs == span.EndMs,
                $"a gap behind {span}");
        }
    }

    private void ChangeLimit()
    {
        var line = _lines[next(_lines.Count)];
        line.Limit = next(4) == 0 ? 0 : line.Limit + next(20_000);
        SetLimit(Begin(line), line);
    }

    private void SetLimit(string account, Line line)
    {
        _book.SetLimit(account, line.Unit, line.Limit, _nowMs);
        _journal.Add(new LimitSet(account, _nowMs, line.Unit, line.Limit));
        (_model[account].Unit, _model[account].Limit) = (line.Unit, line.Limit);
    }

    /// <summary>The line's account in the window that is now; its limit is set when the window is new.</summary>
    private string Begin(Line line)
    {
        var account = BudgetAccounts.Name(line.Id, _windows.At(line.Window, _nowMs).Key);
        _model[account].Forget(_latestMs);
        _book.Balance(account, _latestMs);
        if (!_book.Has(account))
        {
            SetLimit(account, line);
        }

        return account;
    }

    /// <summary>The projector takes some entries over to the store.</summary>
    private void Project()
    {
        var until = Math.Min(_journal.Count, _watermark + next(400));
        var charges = new AccountCharges();
        for (; _watermark < until; _watermark++)
        {
            if (_journal[_watermark] is Settled settled)
            {
                charges.Add(settled);
            }
        }

        foreach (var charge in charges.ToList())
        {
            var key = (charge.Account, charge.Hour);
            _store[key] = _store.TryGetValue(key, out var before) ? before + charge : charge;
        }
    }

    /// <summary>The process dies. What is left is the store and the segments that are not applied or hold an open call.</summary>
    private void Crash()
    {
        Crashes++;
        var firstOpen = _open.Count == 0 ? _journal.Count : _open.Min(id => _model.Open[id].Entry);
        var retained = Math.Min(_watermark, firstOpen);
        retained = Math.Max(0, retained - next(200));
        var replayed = NewBook();
        foreach (var charge in _store.Values)
        {
            replayed.Carry(
                charge.Account,
                new NanoUsd(charge.Money),
                charge.Tokens,
                charge.Hour * 3_600_000,
                new NanoUsd(charge.MoneyOverage),
                charge.TokensOverage);
        }

        for (var i = retained; i < _journal.Count; i++)
        {
            replayed.Apply(_journal[i], isCarried: i < _watermark);
        }

        // As the keeper does when it starts.
        foreach (var account in _model.Accounts)
        {
            replayed.SetLimit(account, _model[account].Unit, _model[account].Limit, _nowMs);
        }

        replayed.Advance(_latestMs);
        _book.Advance(_latestMs);
        Require(replayed.Fingerprint() == _book.Fingerprint(), "the replayed book is another");
        replayed.CheckInvariants();
        _book = replayed;

        // Reservations of an earlier process are enforced on all of their accounts.
        foreach (var id in _open)
        {
            _model.Open[id] = _model.Open[id] with { Enforced = uint.MaxValue };
        }
    }

    private void CheckAll()
    {
        _book.CheckInvariants();
        foreach (var account in _model.Accounts)
        {
            var (expected, balance) = (_model[account], _book.Balance(account, _latestMs));
            expected.Forget(_latestMs);
            Require(
                (balance.Posted, balance.Pending, balance.Overage, balance.Limit)
                == (expected.Posted, expected.Pending, expected.Overage, expected.Limit),
                $"{balance} should have posted {expected.Posted}, pending {expected.Pending}, overage {expected.Overage}");
        }

        // What the teams have spent and hold in a month is what the org has, and what their people have.
        foreach (var month in _model.Accounts.Where(a => a.StartsWith("org-m@", StringComparison.Ordinal)).Select(a => a[5..]).ToList())
        {
            var org = Sum(month, "org");
            Require(org == Sum(month, "team") && org == Sum(month, "person"), $"the sums of {month} differ");
        }
    }

    private (long Posted, long Pending, long Overage) Sum(string month, string level)
    {
        var sum = (Posted: 0L, Pending: 0L, Overage: 0L);
        foreach (var line in _lines.Where(l => l.Id.StartsWith(level, StringComparison.Ordinal) && l.Id.EndsWith("-m", StringComparison.Ordinal)))
        {
            var balance = _book.Balance(line.Id + month, _latestMs);
            sum = (sum.Posted + balance.Posted, sum.Pending + balance.Pending, sum.Overage + balance.Overage);
        }

        return sum;
    }

    private UsageEvent Call(Guid id, long money, long tokens) => new()
    {
        Id = id,
        RequestId = id,
        StartedAtMs = _nowMs,
        Counts = new UsageCounts { [UsageClass.Input] = tokens },
        Cost = new NanoUsd(money),
        Reserved = new NanoUsd(money),
    };

    private Guid NewId() => new(++_lastId, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private long Amount(long max) => next(12) == 0 ? 0 : next((int)Math.Min(max, int.MaxValue));

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    private sealed class Line(string id, BudgetWindow window, AccountUnit unit)
    {
        public string Id { get; } = id;

        public BudgetWindow Window { get; } = window;

        public AccountUnit Unit { get; } = unit;

        public long Limit { get; set; }

        public bool IsEnforced { get; set; }
    }
}
