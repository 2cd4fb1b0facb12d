using System.Text;
using Assay.Server.Directory;
using Assay.Server.Notifications;

namespace Assay.Server.Tests.Notifications;

public sealed class NotifierTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_thing_is_told_once()
    {
        await using var bench = await OutboxBench.OpenAsync();

        (await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct)).ShouldBeTrue();
        (await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada") with { Subject = "Other words" }, Ct)).ShouldBeFalse();
        (await bench.Notifier.NotifyAsync([OutboxBench.Notice("p_ada"), OutboxBench.Notice("p_bob")], Ct)).ShouldBe(1);

        (await bench.InboxAsync("p_ada")).ShouldHaveSingleItem().Subject.ShouldBe("80 % of your budget is spent");
    }

    [Fact]
    public async Task Nobody_is_told_who_is_not_there()
    {
        await using var bench = await OutboxBench.OpenAsync();
        await bench.Store.Directory.ChangeAsync([new DirectoryChange.DisablePerson("p_bob", bench.NowMs)], "test", Ct);
        await bench.Directory.RefreshAsync(Ct);

        (await bench.Notifier.NotifyAsync(
            [OutboxBench.Notice("p_nobody"), OutboxBench.Notice("p_bob"), OutboxBench.Notice("p_ada")], Ct)).ShouldBe(1);

        (await bench.CountAsync("notice")).ShouldBe(1);
    }

    [Fact]
    public async Task A_notice_goes_through_the_channels_that_are_on_and_matter_enough()
    {
        await using var bench = await OutboxBench.OpenAsync(configure: config => config.Notifications.Smtp = new()
        {
            Host = "localhost",
            From = "assay@example.com",
        });
        await bench.PutSettingAsync(new NotificationSetting
        {
            PersonId = "p_ada",
            Slack = true,
            SlackUrl = "https://hooks.slack.com/x",
            SeverityMin = NoticeSeverity.Warning,
        });

        await bench.Notifier.NotifyAsync(
            [
                OutboxBench.Notice("p_ada", "info"),
                OutboxBench.Notice("p_ada", "warning", NoticeSeverity.Warning),
                OutboxBench.Notice("p_ada", "inbox", NoticeSeverity.Critical) with { InboxOnly = true },
                OutboxBench.Notice("p_bob", "info"),
            ],
            Ct);

        (await bench.InboxAsync("p_ada")).Count.ShouldBe(3);
        (await bench.CountAsync("outbox o join notice n on n.id = o.notice_id where n.person_id = 'p_ada'")).ShouldBe(2);
        (await bench.CountAsync("outbox where channel = 'slack'")).ShouldBe(1);
        (await bench.CountAsync("outbox o join notice n on n.id = o.notice_id where n.person_id = 'p_bob' and channel = 'mail'")).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_for_later_can_be_taken_back_until_then()
    {
        await using var bench = await OutboxBench.OpenAsync();
        var later = bench.Time.GetUtcNow().AddMinutes(15);
        await bench.Notifier.NotifyAsync(
            [
                OutboxBench.Notice("p_ada", "budget/b_1/80"),
                OutboxBench.Notice("p_boss", "budget/b_1/80") with { NotBefore = later },
                OutboxBench.Notice("p_lead", "budget/b_2/80") with { NotBefore = later },
            ],
            Ct);
        bench.Time.Advance(TimeSpan.FromMinutes(14));
        (await bench.InboxAsync("p_boss")).ShouldBeEmpty();

        (await bench.Notifier.CancelAsync("budget/b_1/", Ct)).ShouldBe(1);
        bench.Time.Advance(TimeSpan.FromMinutes(1));

        (await bench.InboxAsync("p_ada")).Count.ShouldBe(1);
        (await bench.InboxAsync("p_boss")).ShouldBeEmpty();
        (await bench.InboxAsync("p_lead")).Count.ShouldBe(1);
        (await bench.Notifier.CancelAsync("budget/b_2/", Ct)).ShouldBe(0, "who was told was told");
    }

    [Fact]
    public async Task Text_of_any_length_and_kind_becomes_a_notice()
    {
        await using var bench = await OutboxBench.OpenAsync();
        await bench.Notifier.NotifyAsync(
            OutboxBench.Notice("p_ada") with
            {
                Subject = "Line\r\nBcc: everybody@example.com\0\ud800" + new string('x', 5000),
                Body = "one\r\ntwo\u0007" + new string('y', 100_000),
                Link = "https://evil.example/",
            },
            Ct);

        var notice = (await bench.InboxAsync("p_ada")).ShouldHaveSingleItem();
        notice.Subject.Length.ShouldBe(200);
        notice.Subject.ShouldStartWith("Line Bcc: everybody@example.com \ufffdxxx");
        notice.Subject.ShouldEndWith("…");
        notice.Body.Length.ShouldBe(4000);
        notice.Body.ShouldStartWith("one\ntwo y");
        notice.Link.ShouldBe("/inbox");
    }

    [Fact]
    public async Task Too_many_at_once_and_keys_too_long_are_bugs_of_the_caller()
    {
        await using var bench = await OutboxBench.OpenAsync();

        await Should.ThrowAsync<ArgumentException>(() => bench.Notifier.NotifyAsync(
            [.. Enumerable.Range(0, 1001).Select(i => OutboxBench.Notice("p_ada", $"k{i}"))], Ct).AsTask());
        await Should.ThrowAsync<ArgumentException>(
            () => bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada", new string('k', 301)), Ct).AsTask());
        await Should.ThrowAsync<ArgumentException>(() => bench.Notifier.CancelAsync("", Ct).AsTask());
    }

    [Theory]
    [InlineData("/me", "/me")]
    [InlineData("/decide/abc-_?x=1", "/decide/abc-_?x=1")]
    [InlineData("//evil.example", "/inbox")]
    [InlineData("/\\evil.example", "/inbox")]
    [InlineData("javascript:alert(1)", "/inbox")]
    [InlineData("/a b", "/inbox")]
    [InlineData("", "/inbox")]
    public void A_link_leads_to_the_console_alone(string link, string path) => NoticeText.Path(link).ShouldBe(path);

    [Fact]
    public void Shortening_never_cuts_a_character_in_two()
    {
        for (var length = 1; length < 30; length++)
        {
            var text = NoticeText.Lines(new StringBuilder().Insert(0, "🦆e", 20).ToString(), length);
            text.Length.ShouldBeLessThanOrEqualTo(length);
            text.ShouldNotContain('\ufffd');
            Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).ShouldBe(text);
        }
    }
}
