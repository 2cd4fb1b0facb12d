using System.Net;
using Assay.Server.Hosting;
using Assay.Server.Notifications;
using Assay.Server.Notifications.Channels;

namespace Assay.Server.Tests.Api;

public sealed class NotificationsEndpointsTests : IAsyncLifetime
{
    private readonly ApiHost _host = new()
    {
        Notifications = new NotificationsConfig
        {
            Smtp = new SmtpConfig { Host = "mail.example.com", From = "assay@example.com", Domains = ["example.org"] },
            AllowedHosts = ["hooks.slack.com", "*.example.net"],
        },
    };

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task One_reads_one_s_own_notices_page_by_page()
    {
        await TellAsync("p_ada", 5);
        await TellAsync("p_bob", 1);
        var ada = _host.As("ada");

        var first = (await ada.Get("/notifications?limit=2")).ShouldBe(HttpStatusCode.OK).Json;
        var rest = (await ada.Get($"/notifications?limit=9&cursor={first.GetProperty("nextCursor").GetString()}")).Json;

        first.GetProperty("unread").GetInt32().ShouldBe(5);
        first.GetProperty("notifications").GetArrayLength().ShouldBe(2);
        rest.GetProperty("notifications").GetArrayLength().ShouldBe(3);
        rest.GetProperty("nextCursor").GetString().ShouldBeNull();
        var notice = rest.GetProperty("notifications")[2];
        notice.GetProperty("subject").GetString().ShouldBe("Notice 0");
        notice.GetProperty("severity").GetString().ShouldBe("warning");
        notice.GetProperty("readAt").GetString().ShouldBeNull();
    }

    [Fact]
    public async Task Reading_is_remembered_and_somebody_else_s_notice_is_not_there()
    {
        await TellAsync("p_ada", 3);
        var ada = _host.As("ada");
        var id = (await ada.Get("/notifications")).Json.GetProperty("notifications")[0].GetProperty("id").GetString();

        (await _host.As("root").Post($"/notifications/{id}/read", "")).ShouldBe(HttpStatusCode.NotFound);
        (await ada.Post($"/notifications/{id}/read", "")).ShouldBe(HttpStatusCode.NoContent);
        (await ada.Post($"/notifications/{id}/read", "")).ShouldBe(HttpStatusCode.NoContent);
        (await ada.Get("/notifications?unread=true")).Json.GetProperty("notifications").GetArrayLength().ShouldBe(2);
        (await ada.Post("/notifications/read-all", "")).ShouldBe(HttpStatusCode.NoContent);
        (await ada.Get("/notifications")).Json.GetProperty("unread").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task An_agent_s_key_reads_and_changes_nothing_of_its_owner()
    {
        var agent = _host.As("ci");
        foreach (var path in new[] { "/notifications", "/me/notification-settings" })
        {
            (await agent.Get(path)).ShouldBe(HttpStatusCode.Forbidden);
        }

        (await agent.AskAsync(HttpMethod.Put, "/me/notification-settings", "{}")).ShouldBe(HttpStatusCode.Forbidden);
        (await agent.Post("/notifications/read-all", "")).ShouldBe(HttpStatusCode.Forbidden);
        (await agent.Post("/me/notification-settings/test", "")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("?unread=yes", "unread")]
    [InlineData("?limit=201", "limit")]
    [InlineData("?cursor=nonsense", "cursor")]
    [InlineData("?person=bob@example.com", "person")]
    public async Task A_question_that_is_wrong_is_refused(string query, string field) =>
        (await _host.As("ada").Get("/notifications" + query)).ShouldBe(HttpStatusCode.BadRequest)
            .Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();

    [Fact]
    public async Task Settings_are_by_default_mail_to_one_s_own_address()
    {
        var settings = (await _host.As("ada").Get("/me/notification-settings")).ShouldBe(HttpStatusCode.OK).Json;

        settings.GetProperty("mail").GetBoolean().ShouldBeTrue();
        settings.GetProperty("mailAvailable").GetBoolean().ShouldBeTrue();
        settings.GetProperty("email").GetString().ShouldBe("ada@example.com");
        settings.GetProperty("webhook").GetBoolean().ShouldBeFalse();
        settings.GetProperty("minSeverity").GetString().ShouldBe("info");
        settings.GetProperty("allowedHosts").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task A_webhook_gets_a_secret_that_stays_until_its_address_changes()
    {
        var ada = _host.As("ada");
        var first = await PutAsync(ada, """{"webhook":true,"webhookUrl":"https://a.example.net/1","quietFrom":"22:00","quietTo":"07:00","minSeverity":"warning"}""");
        var second = await PutAsync(ada, """{"webhook":true,"webhookUrl":"https://a.example.net/1"}""");
        var third = await PutAsync(ada, """{"webhook":true,"webhookUrl":"https://a.example.net/2"}""");

        StandardWebhook.FaultInSecret(first).ShouldBeNull();
        second.ShouldBe(first);
        third.ShouldNotBe(first);
        var settings = (await ada.Get("/me/notification-settings")).Json;
        settings.GetProperty("quietFrom").GetString().ShouldBeNull();
        (await _host.As("bob").Get("/me/notification-settings")).Json.GetProperty("webhookSecret").GetString().ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"webhook":true}""", "webhookUrl")]
    [InlineData("""{"webhookUrl":"http://a.example.net/1"}""", "webhookUrl")]
    [InlineData("""{"slackUrl":"https://hooks.slack.com.evil.example/1"}""", "slackUrl")]
    [InlineData("""{"teamsUrl":"https://169.254.169.254/latest"}""", "teamsUrl")]
    [InlineData("""{"email":"ada@elsewhere.example"}""", "email")]
    [InlineData("""{"email":"ada@example.com, boss@example.com"}""", "email")]
    [InlineData("""{"quietFrom":"22:00"}""", "quietTo")]
    [InlineData("""{"quietFrom":"22:00","quietTo":"22:00"}""", "quietTo")]
    [InlineData("""{"quietFrom":"10pm","quietTo":"07:00"}""", "quietFrom")]
    [InlineData("""{"minSeverity":"urgent"}""", "minSeverity")]
    [InlineData("""{"sms":true}""", "sms")]
    public async Task A_setting_that_is_wrong_is_named_and_not_kept(string body, string field)
    {
        var ada = _host.As("ada");

        (await ada.AskAsync(HttpMethod.Put, "/me/notification-settings", body)).ShouldBe(HttpStatusCode.BadRequest)
            .Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue();

        (await _host.Store.Notifications.SettingsAsync(["p_ada"], ApiHost.Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Mail_may_go_to_another_address_of_the_company()
    {
        var settings = (await _host.As("ada").AskAsync(
            HttpMethod.Put, "/me/notification-settings", """{"email":"Ada.Private@example.org"}""")).ShouldBe(HttpStatusCode.OK);

        settings.Field("email").ShouldBe("ada.private@example.org");
    }

    [Fact]
    public async Task A_test_says_where_it_goes_and_cannot_be_used_to_flood()
    {
        var ada = _host.As("ada");

        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 3; i++)
        {
            answers.Add((await ada.Post("/me/notification-settings/test", "")).Status);
        }

        answers[0].ShouldBe(HttpStatusCode.Accepted);
        answers.Count(a => a == HttpStatusCode.Conflict).ShouldBeGreaterThanOrEqualTo(1);
        (await ada.Get("/notifications")).Json.GetProperty("notifications")[0].GetProperty("kind").GetString().ShouldBe("test");
    }

    private static async Task<string> PutAsync(HttpClient client, string body) =>
        (await client.AskAsync(HttpMethod.Put, "/me/notification-settings", body)).ShouldBe(HttpStatusCode.OK).Field("webhookSecret");

    private async Task TellAsync(string personId, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _host.Notifier.NotifyAsync(
                new NewNotice
                {
                    PersonId = personId,
                    Kind = NoticeKinds.BudgetThreshold,
                    Severity = NoticeSeverity.Warning,
                    Subject = $"Notice {i}",
                    DedupeKey = $"k{i}",
                },
                ApiHost.Ct);
        }
    }
}
