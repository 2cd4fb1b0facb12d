using Assay.Server.Hosting;

namespace Assay.Server.Tests.Hosting;

public sealed class NotificationRulesTests
{
    [Fact]
    public void A_whole_section_that_is_right_has_no_fault()
    {
        var config = new NotificationsConfig
        {
            Smtp = new SmtpConfig { Host = "mail.example.com", From = "assay@example.com", Username = "assay", Password = "env:P" },
            AllowedHosts = ["hooks.slack.com", "*.webhook.office.com", "http://intranet:8080"],
            Webhooks =
            [
                new WebhookConfig { Name = "ops", Url = "https://ops.example.com/hook", Secret = "env:OPS" },
                new WebhookConfig { Name = "chat", Url = "https://hooks.slack.com/services/x", Format = "slack" },
            ],
        };

        Faults(config).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("notifications.smtp.host", "{\"smtp\":{\"from\":\"a@example.com\"}}")]
    [InlineData("notifications.smtp.host", "{\"smtp\":{\"host\":\"http://mail\",\"from\":\"a@example.com\"}}")]
    [InlineData("notifications.smtp.port", "{\"smtp\":{\"host\":\"m\",\"from\":\"a@example.com\",\"port\":0}}")]
    [InlineData("notifications.smtp.tls", "{\"smtp\":{\"host\":\"m\",\"from\":\"a@example.com\",\"tls\":\"ssl\"}}")]
    [InlineData("notifications.smtp.from", "{\"smtp\":{\"host\":\"m\"}}")]
    [InlineData("notifications.smtp.tls", "{\"smtp\":{\"host\":\"m\",\"from\":\"a@example.com\",\"tls\":\"none\",\"username\":\"u\"}}")]
    [InlineData("notifications.smtp.password", "{\"smtp\":{\"host\":\"m\",\"from\":\"a@example.com\",\"password\":\"file:/not/there\"}}")]
    [InlineData("notifications.smtp.domains", "{\"smtp\":{\"host\":\"m\",\"from\":\"a@example.com\",\"domains\":[\"a b\"]}}")]
    [InlineData("notifications.webhooks[0].name", "{\"webhooks\":[{\"url\":\"https://x\",\"secret\":\"env:S\"}]}")]
    [InlineData("notifications.webhooks[0].url", "{\"webhooks\":[{\"name\":\"a\",\"url\":\"ftp://x\",\"secret\":\"env:S\"}]}")]
    [InlineData("notifications.webhooks[0].secret", "{\"webhooks\":[{\"name\":\"a\",\"url\":\"https://x\",\"secret\":\"short\"}]}")]
    [InlineData("notifications.webhooks[0].format", "{\"webhooks\":[{\"name\":\"a\",\"url\":\"https://x\",\"format\":\"discord\",\"secret\":\"env:S\"}]}")]
    [InlineData("notifications.webhooks", "{\"webhooks\":[{\"name\":\"a\",\"url\":\"https://x\",\"secret\":\"env:S\"},{\"name\":\"a\",\"url\":\"https://y\",\"secret\":\"env:S\"}]}")]
    [InlineData("notifications.allowedHosts", "{\"allowedHosts\":[\"https://hooks.slack.com/services\"]}")]
    public void A_fault_names_its_key(string key, string section)
    {
        var config = System.Text.Json.JsonSerializer.Deserialize<NotificationsConfig>(
            section, System.Text.Json.JsonSerializerOptions.Web)!;

        Faults(config).ShouldHaveSingleItem().ShouldStartWith(key + ":");
    }

    [Fact]
    public void The_address_of_a_webhook_is_not_repeated_since_it_may_be_a_secret()
    {
        var config = new NotificationsConfig
        {
            Webhooks = [new WebhookConfig { Name = "a", Url = "https://u:hunter2@x", Format = "slack", Secret = "whsec_hunter2" }],
        };

        Faults(config).ShouldHaveSingleItem().ShouldNotContain("hunter2");
    }

    private static IReadOnlyList<string> Faults(NotificationsConfig section) =>
        ConfigRules.Check(new AssayConfig { Notifications = section });
}
