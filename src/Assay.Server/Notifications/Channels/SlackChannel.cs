using System.Text.Json;

namespace Assay.Server.Notifications.Channels;

/// <summary>
/// An incoming webhook as Slack has it, which Mattermost, Rocket.Chat and others understand too: <c>text</c> for
/// notifications and old clients, blocks for the rest.
/// </summary>
internal sealed class SlackChannel(HttpPost post) : INoticeChannel
{
    // Slack's bounds: 150 characters in a header, 3,000 in a section.
    private const int HeaderCharsMax = 150;
    private const int SectionCharsMax = 3000;

    public string Name => ChannelNames.Slack;

    public Task<SendResult> SendAsync(Delivery delivery, CancellationToken ct) =>
        post.SendAsync(delivery.To, Body(delivery), [], ct);

    internal static byte[] Body(Delivery delivery)
    {
        var notice = delivery.Notice;
        List<object> blocks =
        [
            new { type = "header", text = Plain(NoticeText.Line(notice.Subject, HeaderCharsMax)) },
        ];
        if (notice.Body.Length > 0)
        {
            // Plain text: what people wrote (a reason, a name) must not become a mention of everybody or a link.
            blocks.Add(new { type = "section", text = Plain(NoticeText.Lines(notice.Body, SectionCharsMax)) });
        }

        if (delivery.Url is { } url)
        {
            blocks.Add(new
            {
                type = "section",
                text = new { type = "mrkdwn", text = $"<{Escape(url.AbsoluteUri)}|Open in Assay>" },
            });
        }

        return JsonSerializer.SerializeToUtf8Bytes(new { text = Escape(notice.Subject), blocks });
    }

    private static object Plain(string text) => new { type = "plain_text", text, emoji = false };

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
