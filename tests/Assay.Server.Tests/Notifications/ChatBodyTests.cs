using System.Text.Json;
using Assay.Server.Notifications;
using Assay.Server.Notifications.Channels;
using Assay.Testing.Http;

namespace Assay.Server.Tests.Notifications;

/// <summary>What Slack and Teams are sent.</summary>
public sealed class ChatBodyTests
{
    private static readonly Delivery s_delivery = new(
        "msg_1",
        new Notice(
            "n_1", "p_ada", NoticeKinds.RequestOpened, NoticeSeverity.Warning, "Bob <!channel> asks for $50.00",
            "Because:\n[click](https://evil.example) & <https://evil.example|here> @everyone", "/decide/x", "k", 0, 0, null),
        new Uri("https://assay.example.com/decide/x?a=1&b=2"),
        "ada@example.com",
        new Destination("https://hooks.example.com", "", IsPersonal: true));

    [Fact]
    public void Slack_gets_text_and_blocks_in_which_nothing_that_people_wrote_works()
    {
        var body = Parse(SlackChannel.Body(s_delivery));

        body.GetProperty("text").GetString().ShouldBe("Bob &lt;!channel&gt; asks for $50.00");
        var blocks = body.GetProperty("blocks");
        blocks.GetArrayLength().ShouldBe(3);
        blocks[0].GetProperty("type").GetString().ShouldBe("header");
        blocks[0].GetProperty("text").GetProperty("type").GetString().ShouldBe("plain_text");
        blocks[1].GetProperty("text").GetProperty("type").GetString().ShouldBe("plain_text");
        blocks[1].GetProperty("text").GetProperty("text").GetString().ShouldBe(s_delivery.Notice.Body);
        blocks[2].GetProperty("text").GetProperty("text").GetString()
            .ShouldBe("<https://assay.example.com/decide/x?a=1&amp;b=2|Open in Assay>");
    }

    [Fact]
    public void Slack_s_bounds_are_kept()
    {
        var body = Parse(SlackChannel.Body(s_delivery with
        {
            Url = null,
            Notice = s_delivery.Notice with { Subject = new string('s', 200), Body = new string('b', 4000) },
        }));

        body.GetProperty("blocks")[0].GetProperty("text").GetProperty("text").GetString()!.Length.ShouldBe(150);
        body.GetProperty("blocks")[1].GetProperty("text").GetProperty("text").GetString()!.Length.ShouldBe(3000);
        body.GetProperty("blocks").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public void Teams_gets_an_adaptive_card_in_a_message()
    {
        var body = Parse(TeamsChannel.Body(s_delivery));

        body.GetProperty("type").GetString().ShouldBe("message");
        var attachment = body.GetProperty("attachments")[0];
        attachment.GetProperty("contentType").GetString().ShouldBe("application/vnd.microsoft.card.adaptive");
        var card = attachment.GetProperty("content");
        card.GetProperty("type").GetString().ShouldBe("AdaptiveCard");
        card.GetProperty("$schema").GetString().ShouldBe("http://adaptivecards.io/schemas/adaptive-card.json");
        var texts = card.GetProperty("body").EnumerateArray().ToList();
        texts.ShouldAllBe(t => t.GetProperty("type").GetString() == "RichTextBlock");
        texts.Select(t => t.GetProperty("inlines")[0].GetProperty("text").GetString())
            .ShouldBe(s_delivery.Notice.Body.Split('\n').Prepend(s_delivery.Notice.Subject));
        card.GetProperty("actions")[0].GetProperty("url").GetString().ShouldBe("https://assay.example.com/decide/x?a=1&b=2");
    }

    [Fact]
    public async Task Both_arrive_at_a_receiver()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var receiver = await Receiver.StartAsync(ct);
        await using var bench = await OutboxBench.OpenAsync(configure: config =>
            config.Notifications.AllowedHosts.Add(receiver.Address.GetLeftPart(UriPartial.Authority)));
        await bench.PutSettingAsync(new NotificationSetting
        {
            PersonId = "p_ada",
            Slack = true,
            SlackUrl = receiver.Url + "/slack",
            Teams = true,
            TeamsUrl = receiver.Url + "/teams",
        });

        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), ct);
        await bench.NewWorker().SendDueAsync(ct);

        receiver.All.Select(r => r.Path).Order().ShouldBe(["/hook/slack", "/hook/teams"]);
    }

    private static JsonElement Parse(byte[] body) => JsonSerializer.Deserialize<JsonElement>(body);
}
