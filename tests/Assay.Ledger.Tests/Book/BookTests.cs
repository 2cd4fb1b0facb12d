using Assay.Ledger.Book;
using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;
using LedgerBook = Assay.Ledger.Book.Book;

namespace Assay.Ledger.Tests.Book;

public sealed class BookTests
{
    private const long Now = 1_000_000;
    private const long Later = Now + 60_000;

    private static readonly string[] s_path = ["key", "team", "org"];

    private readonly LedgerBook _book = new(resolvedIdsMax: 4);
    private int _lastId;

    [Fact]
    public void A_reservation_is_held_on_every_account()
    {
        _book.SetLimit("team", AccountUnit.NanoUsd, 100, Now);
        Reserve(40, 7).ShouldBe(new ReserveResult(ReserveStatus.Held, null, 60));

        foreach (var account in s_path)
        {
            _book.Balance(account).Pending.ShouldBe(40);
        }

        _book.Balance("team").ShouldBe(new AccountBalance("team", AccountUnit.NanoUsd, 100, 0, 40, 0, 60));
        _book.Balance("org").Remaining.ShouldBeNull();
    }

    [Fact]
    public void A_refused_reservation_leaves_no_trace_on_any_account()
    {
        _book.SetLimit("org", AccountUnit.NanoUsd, 100, Now);
        var before = _book.Fingerprint();

        Reserve(101, 0).ShouldBe(new ReserveResult(ReserveStatus.Refused, "org", 100));
        _book.Fingerprint().ShouldBe(before);
        _book.Accounts.ShouldBe(["org"]);
        _book.OpenCount.ShouldBe(0);
    }

    [Fact]
    public void The_last_unit_of_a_limit_can_be_held_and_nothing_beyond()
    {
        _book.SetLimit("org", AccountUnit.NanoUsd, 100, Now);
        Reserve(100, 0).Status.ShouldBe(ReserveStatus.Held);
        Reserve(1, 0).ShouldBe(new ReserveResult(ReserveStatus.Refused, "org", 0));
    }

    [Fact]
    public void A_token_limit_counts_tokens_and_not_money()
    {
        _book.SetLimit("team", AccountUnit.Tokens, 10, Now);
        Reserve(1_000_000, 10).ShouldBe(new ReserveResult(ReserveStatus.Held, null, long.MaxValue));
        Reserve(0, 1).ShouldBe(new ReserveResult(ReserveStatus.Refused, "team", 0));
        _book.Balance("team").Pending.ShouldBe(10);
    }

    [Fact]
    public void The_unit_of_a_limit_can_change_at_any_time()
    {
        Reserve(50, 5);
        _book.SetLimit("org", AccountUnit.Tokens, 100, Now);
        _book.Balance("org").ShouldBe(new AccountBalance("org", AccountUnit.Tokens, 100, 0, 5, 0, 95));
        _book.SetLimit("org", AccountUnit.NanoUsd, 100, Now);
        _book.Balance("org").ShouldBe(new AccountBalance("org", AccountUnit.NanoUsd, 100, 0, 50, 0, 50));
    }

    [Fact]
    public void A_posting_releases_what_was_held_and_charges_what_it_cost()
    {
        var id = Held(40);
        _book.Post(id, new NanoUsd(25), 3, Later).ShouldBe(SettleStatus.Settled);
        _book.Balance("org").ShouldBe(new AccountBalance("org", AccountUnit.NanoUsd, null, 25, 0, 0, null));
    }

    [Fact]
    public void A_posting_beyond_what_was_held_is_accepted_as_overage_and_the_next_call_is_refused()
    {
        _book.SetLimit("org", AccountUnit.NanoUsd, 50, Now);
        var id = Held(40);
        _book.Post(id, new NanoUsd(70), 3, Later).ShouldBe(SettleStatus.Settled);
        _book.Balance("org").ShouldBe(new AccountBalance("org", AccountUnit.NanoUsd, 50, 70, 0, 30, 0));
        Reserve(1, 0).ShouldBe(new ReserveResult(ReserveStatus.Refused, "org", 0));
    }

    [Fact]
    public void A_call_that_costs_nothing_passes_even_where_the_money_is_spent()
    {
        _book.SetLimit("org", AccountUnit.NanoUsd, 50, Now);
        _book.Post(Held(40), new NanoUsd(70), 3, Later);
        Reserve(0, 1_000).Status.ShouldBe(ReserveStatus.Held);
    }

    [Fact]
    public void A_void_releases_everything_and_charges_nothing()
    {
        var id = Held(40);
        _book.Void(id, Later).ShouldBe(SettleStatus.Settled);
        _book.Balance("org").ShouldBe(new AccountBalance("org", AccountUnit.NanoUsd, null, 0, 0, 0, null));
    }

    [Fact]
    public void What_runs_out_of_time_is_charged_what_it_held()
    {
        var (first, second, third) = (Id(), Id(), Id());
        _book.Reserve(first, s_path, new NanoUsd(10), 1, Now, Now + 2_000);
        _book.Reserve(second, s_path, new NanoUsd(20), 2, Now, Now + 1_000);
        _book.Reserve(third, s_path, new NanoUsd(40), 4, Now, Now + 3_000);
        _book.Extend(first, new NanoUsd(5), 1, Now);

        _book.Expire(Now + 999).ShouldBeEmpty();
        var expired = new List<ExpiredReservation>();
        _book.Expire(Now + 2_000, expired);
        expired.ShouldBe([new(second, new NanoUsd(20), 2), new(first, new NanoUsd(15), 2)]);
        _book.Balance("org").ShouldBe(new AccountBalance("org", AccountUnit.NanoUsd, null, 35, 40, 0, null));
        _book.Expire(Now + 3_000).ShouldBe([third]);
    }

    [Fact]
    public void An_extension_is_held_on_every_account_or_on_none()
    {
        _book.SetLimit("org", AccountUnit.NanoUsd, 50, Now);
        var id = Held(40);
        _book.Extend(id, new NanoUsd(10), 0, Now).ShouldBe(new ReserveResult(ReserveStatus.Held, null, 0));
        _book.Extend(id, new NanoUsd(1), 0, Now).ShouldBe(new ReserveResult(ReserveStatus.Refused, "org", 0));
        _book.Balance("key").Pending.ShouldBe(50);
        _book.Void(id, Now);
        _book.Extend(id, new NanoUsd(1), 0, Now).Status.ShouldBe(ReserveStatus.NotOpen);
    }

    [Fact]
    public void Resolving_twice_changes_nothing_and_says_how_it_was_resolved()
    {
        var (posted, voided, expired) = (Held(1), Held(1), Held(1));
        _book.Post(posted, new NanoUsd(1), 0, Now);
        _book.Void(voided, Now);
        _book.Expire(Later).ShouldBe([expired]);
        var before = _book.Fingerprint();

        _book.Void(posted, Now).ShouldBe(SettleStatus.AlreadyPosted);
        _book.Post(voided, new NanoUsd(9), 0, Now).ShouldBe(SettleStatus.AlreadyVoided);
        _book.Post(expired, new NanoUsd(9), 0, Now).ShouldBe(SettleStatus.AlreadyExpired);
        _book.Post(Id(), new NanoUsd(9), 0, Now).ShouldBe(SettleStatus.Unknown);
        _book.Fingerprint().ShouldBe(before);
    }

    [Fact]
    public void An_id_can_be_reserved_once_whether_open_or_resolved()
    {
        var id = Held(1);
        Again().ShouldBe(ReserveStatus.Duplicate);
        _book.Void(id, Now);
        Again().ShouldBe(ReserveStatus.Duplicate);

        ReserveStatus Again() => _book.Reserve(id, s_path, new NanoUsd(1), 0, Now, Later).Status;
    }

    [Fact]
    public void Ids_resolved_long_ago_are_forgotten()
    {
        var first = Held(1);
        _book.Post(first, new NanoUsd(1), 0, Now);
        for (var i = 0; i < 4; i++)
        {
            _book.Void(first, Now).ShouldBe(SettleStatus.AlreadyPosted);
            _book.Void(Held(1), Now);
        }

        _book.Void(first, Now).ShouldBe(SettleStatus.Unknown);
    }

    [Fact]
    public void A_lowered_limit_refuses_new_holds_and_keeps_old_ones()
    {
        _book.SetLimit("org", AccountUnit.NanoUsd, 100, Now);
        var id = Held(80);
        _book.SetLimit("org", AccountUnit.NanoUsd, 10, Now);
        _book.Balance("org").Remaining.ShouldBe(0);
        Reserve(1, 0).RefusedBy.ShouldBe("org");
        _book.Post(id, new NanoUsd(80), 0, Now).ShouldBe(SettleStatus.Settled);
        _book.Balance("org").Overage.ShouldBe(0);
    }

    [Fact]
    public void An_account_named_twice_is_held_on_once()
    {
        _book.Reserve(Id(), ["org", "org"], new NanoUsd(5), 0, Now, Later).Status.ShouldBe(ReserveStatus.Held);
        _book.Balance("org").Pending.ShouldBe(5);
    }

    [Fact]
    public void An_account_is_dropped_only_when_nothing_is_held_on_it()
    {
        var id = Held(5);
        _book.Forget("org").ShouldBeFalse();
        _book.Post(id, new NanoUsd(5), 0, Now);
        _book.Forget("org").ShouldBeTrue();
        _book.Forget("org").ShouldBeFalse();
        _book.Balance("org").Posted.ShouldBe(0);
    }

    [Fact]
    public void An_opening_balance_counts_against_the_limit()
    {
        _book.SetLimit("org", AccountUnit.NanoUsd, 100, Now);
        _book.Carry("org", new NanoUsd(70), 9);
        Reserve(31, 0).ShouldBe(new ReserveResult(ReserveStatus.Refused, "org", 30));
    }

    [Fact]
    public void Amounts_below_zero_are_refused_before_anything_changes()
    {
        var before = _book.Fingerprint();
        Should.Throw<ArgumentOutOfRangeException>(() => Reserve(-1, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => Reserve(0, -1));
        Should.Throw<ArgumentOutOfRangeException>(() => _book.Post(Id(), new NanoUsd(-1), 0, Now));
        Should.Throw<ArgumentOutOfRangeException>(() => _book.SetLimit("org", AccountUnit.Tokens, -1, Now));
        Should.Throw<ArgumentOutOfRangeException>(() =>
            _book.Reserve(Id(), new string[LedgerBook.AccountsMax + 1], NanoUsd.Zero, 0, Now, Later));
        _book.Fingerprint().ShouldBe(before);
    }

    [Fact]
    public void Absurd_amounts_end_in_a_refusal_and_never_in_an_overflow()
    {
        var held = 0;
        while (Reserve(long.MaxValue, long.MaxValue) is { Status: ReserveStatus.Held })
        {
            held++;
        }

        held.ShouldBe(512);
        Reserve(1, 0).Status.ShouldBe(ReserveStatus.Held);
        for (var id = 1; id <= held; id++)
        {
            _book.Post(Number(id), new NanoUsd(0), 0, Now).ShouldBe(SettleStatus.Settled);
        }

        _book.CheckInvariants();
        _book.Balance("org").Pending.ShouldBe(1);
    }

    [Fact]
    public void The_journal_is_believed_whatever_the_limits_say_now()
    {
        _book.SetLimit("org", AccountUnit.NanoUsd, 1, Now);
        var call = Call(Id(), 100, 10);
        _book.Apply(new Reserved(call, Later, ["org"])).ShouldBeTrue();
        _book.Apply(new Reserved(call, Later, ["org"])).ShouldBeFalse();
        _book.Balance("org").Pending.ShouldBe(100);

        _book.Apply(new Settled(call with { Resolution = Resolution.Posted, Cost = new NanoUsd(40) })).ShouldBeTrue();
        _book.Apply(new Settled(call with { Resolution = Resolution.Voided })).ShouldBeFalse();
        _book.Apply(new Extended(call.Id, Now, new NanoUsd(1), 1)).ShouldBeFalse();
        _book.Apply(new Settled(Call(Id(), 5, 5))).ShouldBeFalse();
        _book.Balance("org").Posted.ShouldBe(40);
    }

    [Fact]
    public void A_fingerprint_tells_books_apart_and_does_not_care_for_the_order_of_accounts()
    {
        var (one, other) = (new LedgerBook(), new LedgerBook());
        one.SetLimit("a", AccountUnit.NanoUsd, 1, Now);
        one.SetLimit("b", AccountUnit.Tokens, 2, Now);
        other.SetLimit("b", AccountUnit.Tokens, 2, Now);
        other.Fingerprint().ShouldNotBe(one.Fingerprint());
        other.SetLimit("a", AccountUnit.NanoUsd, 1, Now);
        other.Fingerprint().ShouldBe(one.Fingerprint());
        other.SetLimit("a", AccountUnit.NanoUsd, null, Now);
        other.Fingerprint().ShouldNotBe(one.Fingerprint());
    }

    [Fact]
    public void Reserving_and_posting_allocate_nothing_once_the_book_is_warm()
    {
        var book = new LedgerBook(resolvedIdsMax: 256);
        string[] accounts = [.. Enumerable.Range(0, 8).Select(i => $"budget-{i}:2026-11")];
        var ids = Enumerable.Range(1, 4_000).Select(Number).ToArray();
        foreach (var account in accounts)
        {
            book.SetLimit(account, AccountUnit.NanoUsd, long.MaxValue / 4, Now);
        }

        Run(ids.AsSpan(0, 2_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(ids.AsSpan(2_000));
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Run(ReadOnlySpan<Guid> some)
        {
            foreach (var id in some)
            {
                book.Reserve(id, accounts, new NanoUsd(10), 5, Now, Later);
                book.Post(id, new NanoUsd(9), 5, Now);
            }
        }
    }

    internal static Guid Number(int number) => new(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    internal static UsageEvent Call(Guid id, long money, long tokens) => new()
    {
        Id = id,
        RequestId = id,
        StartedAtMs = Now,
        Cost = new NanoUsd(money),
        Counts = new UsageCounts { [UsageClass.Input] = tokens },
    };

    private Guid Id() => Number(++_lastId);

    private ReserveResult Reserve(long money, long tokens) =>
        _book.Reserve(Id(), s_path, new NanoUsd(money), tokens, Now, Later);

    private Guid Held(long money)
    {
        Reserve(money, 1).Status.ShouldBe(ReserveStatus.Held);
        return Number(_lastId);
    }
}
