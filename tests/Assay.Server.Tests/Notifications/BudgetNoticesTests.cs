using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Notifications;
using Assay.Server.Tests.Directory;
using Assay.Testing;

namespace Assay.Server.Tests.Notifications;

/// <summary>Who is told what, and when.</summary>
public sealed class BudgetNoticesTests : IDisposable
{
    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("assay-test-").FullName;
    private readonly ManualTime _time = new();
    private readonly ToldNotices _told = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => System.IO.Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Half_of_it_is_news_to_the_person_alone()
    {
        await (await CreateAsync()).RaiseAsync(Alert(50), Ct);

        _told.Notices.ShouldHaveSingleItem().PersonId.ShouldBe("p_ada");
    }

    [Fact]
    public async Task The_person_is_told_at_once_and_those_who_answer_for_it_a_quarter_of_an_hour_later()
    {
        await (await CreateAsync()).RaiseAsync(Alert(80), Ct);

        _told.Notices.Select(n => (n.PersonId, n.NotBefore)).ShouldBe(
        [
            ("p_ada", null), ("p_boss", _time.GetUtcNow().AddMinutes(15)), (NewNotice.Company, _time.GetUtcNow().AddMinutes(15)),
        ]);
        _told.Notices.Select(n => n.DedupeKey).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_raised_budget_takes_back_what_was_not_told_yet()
    {
        var notices = await CreateAsync();
        await notices.RaiseAsync(Alert(95), Ct);
        await notices.EaseAsync(Budget(AtLimit.Block), Ct);

        var prefix = _told.Cancelled.ShouldHaveSingleItem();
        _told.Notices.ShouldAllBe(n => n.DedupeKey.StartsWith(prefix, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("block", "critical", "has no room for calls")]
    [InlineData("reroute", "warning", "has no room for calls")]
    [InlineData("warn", "warning", "100 % of the budget")]
    public async Task Only_what_stops_work_breaks_quiet_hours(string atLimit, string severity, string subject)
    {
        await (await CreateAsync()).RaiseAsync(Alert(100, DirectoryWords.AtLimits[atLimit]), Ct);

        _told.Notices.ShouldAllBe(n =>
            NoticeWords.Word(n.Severity) == severity && n.Subject.Contains(subject, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_grant_that_ends_is_told_to_the_person_who_has_it_and_again_if_its_end_is_put_off()
    {
        var notices = await CreateAsync();
        var grant = new BudgetGrant("gr_1", "b_1", null, 250_000_000, 0, 1_788_220_800_000, null);
        await notices.EndingAsync(new EndingGrant(grant, Budget(AtLimit.Block)), Ct);
        await notices.EndingAsync(new EndingGrant(grant with { UntilMs = 1_788_307_200_000 }, Budget(AtLimit.Block)), Ct);

        _told.Notices.Select(n => n.PersonId).ShouldBe(["p_ada", NewNotice.Company, "p_ada", NewNotice.Company]);
        _told.Notices[0].Kind.ShouldBe("grant.ending");
        _told.Notices[0].Subject.ShouldContain("$0.25 more for the budget of Ada");
        _told.Notices[0].Subject.ShouldEndWith("end 1 September, 00:00 UTC");
        _told.Notices.Select(n => n.DedupeKey).Distinct().Count().ShouldBe(2);
    }

    private static Budget Budget(AtLimit atLimit) => new(
        "b_1", new BudgetScope(BudgetScopeKind.Person, "p_ada"), BudgetWindow.Month, BudgetUnit.Usd, 1_000_000_000, atLimit);

    private static BudgetAlert Alert(int percent, AtLimit atLimit = AtLimit.Block) => new(
        Budget(atLimit), "2026-08-01", 1_788_220_800_000, percent, 500_000_000, 1_000_000_000, ["p_ada"], ["p_boss"]);

    private async Task<BudgetNotices> CreateAsync()
    {
        var snapshots = new DirectorySnapshots(
            new ManualDirectory(SampleOrg.Data()), [], _time, Microsoft.Extensions.Logging.Abstractions.NullLogger<DirectorySnapshots>.Instance);
        await snapshots.RefreshAsync(Ct);
        return new BudgetNotices(_told, snapshots, new BudgetLinks(_directory, _time), _time);
    }

    /// <summary>Keeps what it is told.</summary>
    private sealed class ToldNotices : INotifier
    {
        public List<NewNotice> Notices { get; } = [];

        public List<string> Cancelled { get; } = [];

        public ValueTask<bool> NotifyAsync(NewNotice notice, CancellationToken ct = default)
        {
            Notices.Add(notice);
            return new(true);
        }

        public ValueTask<int> NotifyAsync(IReadOnlyList<NewNotice> notices, CancellationToken ct = default)
        {
            Notices.AddRange(notices);
            return new(notices.Count);
        }

        public ValueTask<int> CancelAsync(string dedupeKeyPrefix, CancellationToken ct = default)
        {
            Cancelled.Add(dedupeKeyPrefix);
            return new(0);
        }
    }
}
