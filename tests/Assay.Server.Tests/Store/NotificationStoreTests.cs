using Assay.Server.Notifications;
using Assay.Server.Store;

namespace Assay.Server.Tests.Store;

/// <summary>What keeping and sending notices promises, on either database.</summary>
public abstract class NotificationStoreTests
{
    private const long Now = 1_790_000_000_000;

    private int _made;

    private protected abstract ValueTask<StoreHarness> NewDatabaseAsync();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_notice_is_kept_as_it_was()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var notice = Notice("p_1", "k") with { Severity = NoticeSeverity.Critical, Body = "Zwei\nZeilen, 日本, 🦆" };

        (await store.Notifications.AddAsync([To(notice, "mail")], Ct)).ShouldBe([notice.Id]);

        (await InboxAsync(store, "p_1")).ShouldBe([notice]);
        var item = (await store.Notifications.ClaimAsync(Now, Now + 1000, 10, Ct)).ShouldHaveSingleItem();
        item.Notice.ShouldBe(notice);
        (item.Target.Channel, item.Target.Target, item.Attempts).ShouldBe(("mail", "", 1));
    }

    [Fact]
    public async Task The_same_thing_is_told_once_to_each()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();

        (await store.Notifications.AddAsync([To(Notice("p_1", "k"), "mail"), To(Notice("p_1", "k"), "mail")], Ct)).Count.ShouldBe(1);
        (await store.Notifications.AddAsync([To(Notice("p_1", "k"), "mail"), To(Notice("p_2", "k"), "mail")], Ct)).Count.ShouldBe(1);

        (await database.ScalarAsync<long>("select count(*) from outbox")).ShouldBe(2);
    }

    [Fact]
    public async Task Many_who_announce_the_same_at_once_announce_it_once()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await using var other = await database.OpenAsync();

        var added = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            async () => await (i % 2 == 0 ? store : other).Notifications.AddAsync(
                [.. Enumerable.Range(0, 5).Select(p => To(Notice($"p_{(p + i) % 5}", "k"), "mail"))], Ct),
            Ct)));

        added.Sum(a => a.Count).ShouldBe(5);
        (await database.ScalarAsync<long>("select count(*) from outbox")).ShouldBe(5);
    }

    [Fact]
    public async Task A_notice_for_later_is_not_there_yet_and_can_be_taken_back()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var later = Now + 900_000;
        await store.Notifications.AddAsync(
            [
                To(Notice("p_1", "budget/b_1/80"), "mail"),
                To(Notice("p_2", "budget/b_1/80") with { VisibleAtMs = later }, "mail"),
                To(Notice("p_2", "budget/b_10/80") with { VisibleAtMs = later }, "mail"),
            ],
            Ct);
        (await InboxAsync(store, "p_2")).ShouldBeEmpty();
        (await store.Notifications.CountUnreadAsync("p_2", 9, Now, Ct)).ShouldBe(0);
        (await store.Notifications.NextDueAsync(Ct)).ShouldBe(Now);

        (await store.Notifications.CancelAsync("budget/b_1/", Now + 1, Ct)).ShouldBe(1);

        (await InboxAsync(store, "p_1", later)).Count.ShouldBe(1);
        (await InboxAsync(store, "p_2", later)).ShouldHaveSingleItem().DedupeKey.ShouldBe("budget/b_10/80");
        (await store.Notifications.ClaimAsync(later, later + 1, 10, Ct))
            .ShouldHaveSingleItem().Notice.DedupeKey.ShouldBe("budget/b_10/80");
    }

    [Fact]
    public async Task What_was_taken_back_can_be_announced_again()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Notifications.AddAsync([To(Notice("p_1", "k") with { VisibleAtMs = Now + 5 }, "mail")], Ct);
        await store.Notifications.CancelAsync("k", Now, Ct);

        (await store.Notifications.AddAsync([To(Notice("p_1", "k"), "mail")], Ct)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_inbox_is_read_page_by_page_newest_first_and_by_its_owner_alone()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Notifications.AddAsync(
            [.. Enumerable.Range(0, 7).Select(i => To(Notice("p_1", $"k{i}") with { VisibleAtMs = Now - (i / 2) }))], Ct);
        await store.Notifications.AddAsync([To(Notice("p_2", "k"))], Ct);

        var first = await store.Notifications.InboxAsync("p_1", false, null, 3, Now, Ct);
        var second = await store.Notifications.InboxAsync(
            "p_1", false, new InboxCursor(first[2].VisibleAtMs, first[2].Id), 10, Now, Ct);

        var all = first.Concat(second).ToList();
        all.Select(n => n.Id).Distinct().Count().ShouldBe(7);
        all.Select(n => n.VisibleAtMs).ShouldBe([Now, Now, Now - 1, Now - 1, Now - 2, Now - 2, Now - 3]);
        all.ShouldAllBe(n => n.PersonId == "p_1");
    }

    [Fact]
    public async Task Reading_is_one_s_own_and_remembered_from_the_first_time()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var notices = new[] { Notice("p_1", "a"), Notice("p_1", "b"), Notice("p_1", "c") };
        await store.Notifications.AddAsync([.. notices.Select(n => To(n))], Ct);

        (await store.Notifications.MarkReadAsync("p_2", notices[0].Id, Now + 1, Ct)).ShouldBeFalse();
        (await store.Notifications.MarkReadAsync("p_1", notices[0].Id, Now + 1, Ct)).ShouldBeTrue();
        (await store.Notifications.MarkReadAsync("p_1", notices[0].Id, Now + 2, Ct)).ShouldBeTrue();
        (await store.Notifications.CountUnreadAsync("p_1", 9, Now + 3, Ct)).ShouldBe(2);
        (await store.Notifications.CountUnreadAsync("p_1", 1, Now + 3, Ct)).ShouldBe(1);
        (await store.Notifications.MarkAllReadAsync("p_1", Now + 3, Ct)).ShouldBe(2);

        (await InboxAsync(store, "p_1", Now + 3)).ToDictionary(n => n.DedupeKey, n => n.ReadAtMs)
            .ShouldBe(new Dictionary<string, long?> { ["a"] = Now + 1, ["b"] = Now + 3, ["c"] = Now + 3 }, ignoreOrder: true);
        (await store.Notifications.InboxAsync("p_1", true, null, 9, Now + 3, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_row_belongs_to_one_worker_until_its_lease_ends()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await using var other = await database.OpenAsync();
        await store.Notifications.AddAsync(
            [.. Enumerable.Range(0, 40).Select(i => To(Notice("p_1", $"k{i}"), "mail"))], Ct);

        var claimed = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            async () => await (i % 2 == 0 ? store : other).Notifications.ClaimAsync(Now, Now + 1000, 4, Ct), Ct)));

        var ids = claimed.SelectMany(c => c).Select(c => c.Id).ToList();
        ids.Count.ShouldBe(40);
        ids.Distinct().Count().ShouldBe(40);
        (await store.Notifications.ClaimAsync(Now + 999, Now + 2000, 4, Ct)).ShouldBeEmpty();
        (await store.Notifications.ClaimAsync(Now + 1000, Now + 2000, 4, Ct)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Who_comes_back_after_the_lease_ended_changes_nothing()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Notifications.AddAsync([To(Notice("p_1", "k"), "mail")], Ct);
        var slow = (await store.Notifications.ClaimAsync(Now, Now + 10, 1, Ct)).Single();
        var next = (await store.Notifications.ClaimAsync(Now + 10, Now + 20, 1, Ct)).Single();

        (await store.Notifications.ResolveAsync(slow, new OutboxResult.GivenUp("too late"), Now + 11, Ct)).ShouldBeFalse();
        (await store.Notifications.ResolveAsync(next, new OutboxResult.Done(), Now + 12, Ct)).ShouldBeTrue();
        (await store.Notifications.ResolveAsync(next, new OutboxResult.Done(), Now + 13, Ct)).ShouldBeFalse();

        next.Attempts.ShouldBe(2);
        (await store.Notifications.NextDueAsync(Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task A_failure_waits_for_its_time_and_a_postponement_is_no_attempt()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Notifications.AddAsync([To(Notice("p_1", "k"), "mail")], Ct);

        var first = (await store.Notifications.ClaimAsync(Now, Now + 10, 1, Ct)).Single();
        await store.Notifications.ResolveAsync(first, new OutboxResult.Later(Now + 50, "HTTP 503"), Now, Ct);
        (await store.Notifications.ClaimAsync(Now + 49, Now + 60, 1, Ct)).ShouldBeEmpty();
        var second = (await store.Notifications.ClaimAsync(Now + 50, Now + 60, 1, Ct)).Single();
        await store.Notifications.ResolveAsync(second, new OutboxResult.Postponed(Now + 70), Now, Ct);
        var third = (await store.Notifications.ClaimAsync(Now + 70, Now + 80, 1, Ct)).Single();
        await store.Notifications.ResolveAsync(third, new OutboxResult.GivenUp("HTTP 410"), Now + 71, Ct);

        (first.Attempts, second.Attempts, third.Attempts).ShouldBe((1, 2, 2));
        (await database.ScalarAsync<string>("select last_error from outbox")).ShouldBe("HTTP 410");
        (await database.ScalarAsync<long>("select given_up_ms from outbox")).ShouldBe(Now + 71);
        (await store.Notifications.NextDueAsync(Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Settings_are_kept_as_they_were_put_last()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        var full = new NotificationSetting
        {
            PersonId = "p_1",
            Mail = false,
            Email = "ada@example.org",
            Webhook = true,
            WebhookUrl = "https://hooks.example.com/1",
            WebhookSecret = "whsec_x",
            Slack = true,
            SlackUrl = "https://hooks.slack.com/2",
            Teams = true,
            TeamsUrl = "https://teams.example.com/3",
            Quiet = new QuietHours(1320, 420),
            SeverityMin = NoticeSeverity.Warning,
        };

        await store.Notifications.PutSettingAsync(new NotificationSetting { PersonId = "p_2" }, Ct);
        await store.Notifications.PutSettingAsync(new NotificationSetting { PersonId = "p_1" }, Ct);
        await store.Notifications.PutSettingAsync(full, Ct);

        var settings = await store.Notifications.SettingsAsync(["p_1", "p_2", "p_3"], Ct);
        settings.Count.ShouldBe(2);
        settings["p_1"].ShouldBe(full);
        settings["p_2"].ShouldBe(new NotificationSetting { PersonId = "p_2" });
        (await store.Notifications.SettingsAsync([], Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Old_notices_go_with_what_was_to_be_sent_of_them()
    {
        await using var database = await NewDatabaseAsync();
        await using var store = await database.OpenAsync();
        await store.Notifications.AddAsync(
            [To(Notice("p_1", "old") with { VisibleAtMs = Now - 10 }, "mail"), To(Notice("p_1", "new"), "mail")], Ct);

        (await store.Notifications.RemoveBeforeAsync(Now, Ct)).ShouldBe(1);

        (await InboxAsync(store, "p_1")).ShouldHaveSingleItem().DedupeKey.ShouldBe("new");
        (await database.ScalarAsync<long>("select count(*) from outbox")).ShouldBe(1);
    }

    private static async Task<IReadOnlyList<Notice>> InboxAsync(IStore store, string personId, long nowMs = Now) =>
        await store.Notifications.InboxAsync(personId, onlyUnread: false, after: null, 100, nowMs, Ct);

    private Notice Notice(string personId, string key) => new(
        $"n_{Interlocked.Increment(ref _made):000000}", personId, "test", NoticeSeverity.Info, "Subject", "Body", "/me", key, Now, Now, null);

    private AddressedNotice To(Notice notice, params string[] channels) =>
        new(notice, [.. channels.Select(c => new OutboxTarget($"msg_{Interlocked.Increment(ref _made):000000}", c, ""))]);
}

public sealed class SqliteNotificationStoreTests : NotificationStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => new(new SqliteHarness());
}

public sealed class PostgresNotificationStoreTests(PostgresDatabase postgres) : NotificationStoreTests
{
    private protected override ValueTask<StoreHarness> NewDatabaseAsync() => postgres.NewAsync();
}
