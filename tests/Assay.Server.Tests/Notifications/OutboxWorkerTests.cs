using System.Net;
using Assay.Server.Notifications;
using Assay.Server.Notifications.Channels;
using Assay.Server.Tests.Store;
using Assay.Testing.Http;
using Microsoft.AspNetCore.Http;

namespace Assay.Server.Tests.Notifications;

/// <summary>When, how often and to whom what waits in the outbox is sent.</summary>
public sealed class OutboxWorkerTests(PostgresDatabase postgres) : IAsyncLifetime
{
    private Receiver _receiver = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync(Ct);

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task What_fails_is_tried_again_ever_later_for_about_a_day_with_the_same_id_and_then_given_up()
    {
        await using var bench = await OpenWithWebhookAsync();
        _receiver.AnswerStatus(503);
        var log = new KeptLog<OutboxWorker>();
        var worker = bench.NewWorker(log: log);
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);
        var began = bench.Time.GetUtcNow();
        var waits = new List<double>();
        var last = began;

        while (await bench.Store.Notifications.NextDueAsync(Ct) is { } nextMs)
        {
            bench.Time.Advance(DateTimeOffset.FromUnixTimeMilliseconds(nextMs) - bench.Time.GetUtcNow());
            waits.Add((bench.Time.GetUtcNow() - last).TotalSeconds);
            last = bench.Time.GetUtcNow();
            (await worker.SendDueAsync(Ct)).ShouldBe(1);
        }

        _receiver.All.Count.ShouldBe(11);
        _receiver.All.Select(r => r.Headers["webhook-id"]).Distinct().Count().ShouldBe(1);
        _receiver.All.Select(r => r.Headers["webhook-timestamp"]).Distinct().Count().ShouldBe(11);
        double[] expected = [0, 10, 30, 90, 270, 810, 2430, 7290, 21_870, 28_800, 28_800];
        for (var i = 0; i < expected.Length; i++)
        {
            waits[i].ShouldBeInRange((expected[i] * 0.8) - 0.01, (expected[i] * 1.2) + 0.01);
        }

        (last - began).TotalHours.ShouldBeInRange(18, 32);
        (await bench.OutboxAsync("last_error")).ShouldBe("HTTP 503");
        log.Lines.ShouldHaveSingleItem().ShouldContain("given up after 11 attempts: HTTP 503");
        log.Lines[0].ShouldNotContain("127.0.0.1");
        var told = (await bench.InboxAsync("p_ada"))[0];
        (told.Kind, told.Subject).ShouldBe(("delivery.failed", "Your notices by webhook do not arrive"));
        (await bench.CountAsync("outbox")).ShouldBe(1);
    }

    [Fact]
    public async Task Two_rows_that_failed_together_are_not_tried_again_together()
    {
        await using var bench = await OpenWithWebhookAsync();
        _receiver.AnswerStatus(500);
        await bench.Notifier.NotifyAsync([OutboxBench.Notice("p_ada", "a"), OutboxBench.Notice("p_ada", "b")], Ct);

        await bench.NewWorker().SendDueAsync(Ct);

        (await bench.CountAsync("(select distinct next_ms from outbox) apart")).ShouldBe(2);
    }

    [Fact]
    public async Task A_company_webhook_that_is_given_up_is_said_to_the_administrators()
    {
        await using var bench = await OutboxBench.OpenAsync(configure: config => config.Notifications.Webhooks.Add(
            new() { Name = "ops", Url = _receiver.Url, Secret = OutboxBench.CompanySecret }));
        _receiver.AnswerStatus(410);
        await bench.Notifier.NotifyAsync(
            [OutboxBench.Notice(NewNotice.Company, "a"), OutboxBench.Notice(NewNotice.Company, "b")], Ct);

        await bench.NewWorker().SendDueAsync(Ct);

        _receiver.All.Count.ShouldBe(2);
        (await bench.InboxAsync("p_root")).ShouldHaveSingleItem().Subject
            .ShouldBe("The company’s webhook “ops” could not be delivered");
        (await bench.InboxAsync("p_fin")).ShouldBeEmpty();
        (await bench.CountAsync("outbox where given_up_ms is not null")).ShouldBe(2);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_time_gets_it()
    {
        await using var bench = await OpenWithWebhookAsync();
        _receiver.Answer = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "600";
            return Task.CompletedTask;
        };
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);

        await bench.NewWorker().SendDueAsync(Ct);

        (await bench.Store.Notifications.NextDueAsync(Ct)).ShouldBe(bench.NowMs + 600_000);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await Receiver.StartAsync(Ct);
        await using var bench = await OpenWithWebhookAsync();
        _receiver.Answer = context =>
        {
            context.Response.Redirect(elsewhere.Url, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        };
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);

        await bench.NewWorker().SendDueAsync(Ct);

        elsewhere.All.ShouldBeEmpty();
        (await bench.OutboxAsync("last_error")).ShouldBe("HTTP 307: redirects are not followed");
    }

    [Fact]
    public async Task An_address_that_is_not_allowed_any_more_is_not_called()
    {
        await using var bench = await OutboxBench.OpenAsync();
        await bench.PutSettingAsync(WebhookOf(_receiver.Url));
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);

        await bench.NewWorker().SendDueAsync(Ct);

        _receiver.All.ShouldBeEmpty();
        (await bench.OutboxAsync("last_error")).ShouldNotBeNull().ShouldContain("notifications.allowedHosts");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("169.254.169.254")]
    public async Task A_name_that_leads_within_is_not_called_though_the_name_is_allowed(string address)
    {
        var host = $"http://hooks.example.com:{_receiver.Address.Port}";
        await using var bench = await OutboxBench.OpenAsync(
            configure: config => config.Notifications.AllowedHosts.Add(host));
        bench.Resolved = [IPAddress.Parse(address)];
        await bench.PutSettingAsync(WebhookOf(host + "/hook"));
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);

        await bench.NewWorker().SendDueAsync(Ct);

        _receiver.All.ShouldBeEmpty();
        (await bench.OutboxAsync("last_error")).ShouldBe("the host's name leads to an address within");
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_left_after_twenty_seconds()
    {
        await using var bench = await OpenWithWebhookAsync();
        var asked = new TaskCompletionSource();
        var forever = new TaskCompletionSource();
        _receiver.Answer = async context =>
        {
            asked.SetResult();
            await forever.Task.WaitAsync(context.RequestAborted);
        };
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);

        var round = bench.NewWorker().SendDueAsync(Ct);
        await asked.Task.WaitAsync(Ct);
        bench.Time.Advance(TimeSpan.FromSeconds(20));
        await round;

        (await bench.OutboxAsync("last_error")).ShouldBe("no answer within 20 seconds");
        forever.SetResult();
    }

    [Fact]
    public async Task Quiet_hours_keep_what_can_wait_until_they_end()
    {
        await using var bench = await OpenWithWebhookAsync(new QuietHours(20 * 60, 7 * 60));
        bench.Time.Advance(TimeSpan.FromHours(10));
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada", "info"), Ct);
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada", "critical", NoticeSeverity.Critical), Ct);
        var worker = bench.NewWorker();

        // Midnight in Berlin: 22:00 in UTC.
        (await worker.SendDueAsync(Ct)).ShouldBe(2);
        _receiver.All.ShouldHaveSingleItem().Json.GetProperty("data").GetProperty("severity").GetString().ShouldBe("critical");
        (await bench.InboxAsync("p_ada")).Count.ShouldBe(2);
        (await bench.Store.Notifications.NextDueAsync(Ct)).ShouldBe(
            DateTimeOffset.Parse("2026-08-18T05:00:00Z").ToUnixTimeMilliseconds());

        bench.Time.Advance(TimeSpan.FromHours(7));
        (await worker.SendDueAsync(Ct)).ShouldBe(1);
        _receiver.All.Count.ShouldBe(2);
        (await bench.OutboxAsync("attempts")).ShouldBe("1");
    }

    [Fact]
    public async Task Who_died_between_sending_and_writing_it_down_sends_again_under_the_same_id()
    {
        await using var bench = await OpenWithWebhookAsync();
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);
        bench.Faulty.ResolveFault = new IOException("killed");
        await Should.ThrowAsync<IOException>(() => bench.NewWorker().SendDueAsync(Ct));
        bench.Faulty.ResolveFault = null;
        var next = bench.NewWorker(seed: 2);

        (await next.SendDueAsync(Ct)).ShouldBe(0, "the row is still the dead worker's");
        bench.Time.Advance(TimeSpan.FromMinutes(2));
        (await next.SendDueAsync(Ct)).ShouldBe(1);

        _receiver.All.Count.ShouldBe(2);
        _receiver.All.Select(r => r.Headers["webhook-id"]).Distinct().Count().ShouldBe(1);
        (await bench.CountAsync("outbox where done_ms is not null")).ShouldBe(1);
        (await bench.InboxAsync("p_ada")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_workers_send_everything_once(bool onPostgres)
    {
        await using var bench = await OpenWithWebhookAsync(database: onPostgres ? await postgres.NewAsync() : null);
        await bench.Notifier.NotifyAsync([.. Enumerable.Range(0, 60).Select(i => OutboxBench.Notice("p_ada", $"k{i}"))], Ct);

        await Task.WhenAll(Enumerable.Range(1, 2).Select(seed => Task.Run(
            async () =>
            {
                var worker = bench.NewWorker(bench.Store.Notifications, seed: seed);
                while (await worker.SendDueAsync(Ct) > 0)
                {
                    // The next round.
                }
            },
            Ct)));

        // A worker stops when it finds nothing; the other may still have had some.
        while (await bench.NewWorker().SendDueAsync(Ct) > 0)
        {
            // The rest.
        }

        _receiver.All.Count.ShouldBe(60);
        _receiver.All.Select(r => r.Headers["webhook-id"]).Distinct().Count().ShouldBe(60);
    }

    [Fact]
    public async Task While_the_store_is_down_the_worker_waits_and_then_goes_on()
    {
        await using var bench = await OpenWithWebhookAsync();
        var arrived = new TaskCompletionSource();
        _receiver.Answer = _ =>
        {
            arrived.TrySetResult();
            return Task.CompletedTask;
        };
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);
        bench.Faulty.Fault = new IOException("the store is down");
        var log = new KeptLog<OutboxWorker>();
        using var worker = bench.NewWorker(log: log);

        await worker.StartAsync(Ct);
        for (var i = 0; i < 3; i++)
        {
            (await bench.Time.NextWaitAsync(Ct)).ShouldBe(TimeSpan.FromSeconds(5));
            bench.Time.Advance(TimeSpan.FromSeconds(5));
        }

        await bench.Time.NextWaitAsync(Ct);
        bench.Faulty.Fault = null;
        bench.Time.Advance(TimeSpan.FromSeconds(5));
        await arrived.Task.WaitAsync(Ct);
        await worker.StopAsync(Ct);

        log.Lines.Count(l => l.Contains("The outbox cannot be read")).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_announced_on_this_node_is_sent_at_once()
    {
        await using var bench = await OpenWithWebhookAsync();
        var arrived = new TaskCompletionSource();
        _receiver.Answer = _ =>
        {
            arrived.TrySetResult();
            return Task.CompletedTask;
        };
        using var worker = bench.NewWorker();
        await worker.StartAsync(Ct);
        (await bench.Time.NextWaitAsync(Ct)).ShouldBe(TimeSpan.FromSeconds(5));

        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);

        await arrived.Task.WaitAsync(Ct);
        await worker.StopAsync(Ct);
    }

    [Fact]
    public async Task Who_switched_a_channel_off_or_left_gets_nothing_of_what_was_waiting()
    {
        await using var bench = await OpenWithWebhookAsync();
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);
        await bench.PutSettingAsync(new NotificationSetting { PersonId = "p_ada" });

        await bench.NewWorker().SendDueAsync(Ct);

        _receiver.All.ShouldBeEmpty();
        (await bench.OutboxAsync("last_error")).ShouldBe("not wanted any more");
        (await bench.InboxAsync("p_ada")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_channel_that_breaks_on_one_notice_does_not_keep_the_others()
    {
        await using var bench = await OpenWithWebhookAsync();
        await bench.Notifier.NotifyAsync([.. Enumerable.Range(0, 3).Select(i => OutboxBench.Notice("p_ada", $"k{i}"))], Ct);

        (await bench.NewWorker(channel: new BrokenChannel()).SendDueAsync(Ct)).ShouldBe(3);

        (await bench.CountAsync("outbox where done_ms is not null")).ShouldBe(2);
        (await bench.CountAsync("outbox where last_error = 'the channel failed'")).ShouldBe(1);
    }

    private async Task<OutboxBench> OpenWithWebhookAsync(QuietHours? quiet = null, StoreHarness? database = null)
    {
        var bench = await OutboxBench.OpenAsync(database, config =>
            config.Notifications.AllowedHosts.Add(_receiver.Address.GetLeftPart(UriPartial.Authority)));
        await bench.PutSettingAsync(WebhookOf(_receiver.Url) with { Quiet = quiet });
        return bench;
    }

    private static NotificationSetting WebhookOf(string url) => new()
    {
        PersonId = "p_ada",
        Webhook = true,
        WebhookUrl = url,
        WebhookSecret = OutboxBench.CompanySecret,
    };

    private sealed class BrokenChannel : INoticeChannel
    {
        public string Name => ChannelNames.Webhook;

        public Task<SendResult> SendAsync(Delivery delivery, CancellationToken ct) => delivery.Notice.DedupeKey == "k1"
            ? throw new InvalidOperationException("a bug")
            : Task.FromResult<SendResult>(new SendResult.Sent());
    }
}
