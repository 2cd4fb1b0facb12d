using System.Security.Cryptography;
using System.Text;
using Assay.Server.Hosting;
using Assay.Server.Notifications;
using Assay.Server.Notifications.Channels;
using Assay.Testing.Http;

namespace Assay.Server.Tests.Notifications;

/// <summary>Notices on their way to a real HTTP receiver.</summary>
public sealed class WebhookDeliveryTests : IAsyncLifetime
{
    private Receiver _receiver = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync(Ct);

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task A_notice_is_in_the_inbox_and_arrives_signed_at_the_person_s_webhook()
    {
        await using var bench = await OpenAsync();
        var secret = StandardWebhook.NewSecret();
        await bench.PutSettingAsync(new NotificationSetting
        {
            PersonId = "p_ada",
            Webhook = true,
            WebhookUrl = _receiver.Url,
            WebhookSecret = secret,
        });

        (await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct)).ShouldBeTrue();
        (await bench.NewWorker().SendDueAsync(Ct)).ShouldBe(1);

        (await bench.InboxAsync("p_ada")).ShouldHaveSingleItem().Subject.ShouldBe("80 % of your budget is spent");
        var received = _receiver.All.ShouldHaveSingleItem();
        received.Headers["Content-Type"].ShouldBe("application/json");
        ShouldBeSigned(received, secret, bench);
        var json = received.Json;
        json.GetProperty("type").GetString().ShouldBe("budget.threshold");
        json.GetProperty("timestamp").GetString().ShouldBe("2026-08-17T12:00:00.000Z");
        var data = json.GetProperty("data");
        data.GetProperty("severity").GetString().ShouldBe("info");
        data.GetProperty("body").GetString().ShouldBe("Of $25.00 this month $20.00 are spent.");
        data.GetProperty("url").GetString().ShouldBe("https://assay.example.com/me");
        data.GetProperty("person").GetString().ShouldBe("ada@example.com");
        (await bench.NewWorker().SendDueAsync(Ct)).ShouldBe(0);
    }

    [Fact]
    public async Task The_company_s_webhook_is_told_what_concerns_the_company_and_no_inbox_is()
    {
        await using var bench = await OpenAsync(config => config.Notifications.Webhooks.Add(new WebhookConfig
        {
            Name = "ops",
            Url = _receiver.Url,
            Secret = OutboxBench.CompanySecret,
            Kinds = ["budget.*"],
        }));

        await bench.Notifier.NotifyAsync(OutboxBench.Notice(NewNotice.Company), Ct);
        await bench.Notifier.NotifyAsync(OutboxBench.Notice(NewNotice.Company, "other") with { Kind = "signal.spike" }, Ct);
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);
        await bench.NewWorker().SendDueAsync(Ct);

        var received = _receiver.All.ShouldHaveSingleItem();
        ShouldBeSigned(received, OutboxBench.CompanySecret, bench);
        received.Json.GetProperty("data").TryGetProperty("person", out _).ShouldBeFalse();
        (await bench.InboxAsync("p_ada")).Count.ShouldBe(1);
    }

    private Task<OutboxBench> OpenAsync(Action<AssayConfig>? configure = null) => OutboxBench.OpenAsync(configure: config =>
    {
        config.Notifications.AllowedHosts.Add(_receiver.Address.GetLeftPart(UriPartial.Authority));
        configure?.Invoke(config);
    });

    // As a receiver would do it by the specification, without our own code.
    private static void ShouldBeSigned(Received received, string secret, OutboxBench bench)
    {
        var id = received.Headers["webhook-id"];
        var timestamp = received.Headers["webhook-timestamp"];
        id.ShouldStartWith("msg_");
        timestamp.ShouldBe(bench.Time.GetUtcNow().ToUnixTimeSeconds().ToString());
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. received.Body];
        var expected = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed));
        received.Headers["webhook-signature"].ShouldBe("v1," + expected);
    }
}
