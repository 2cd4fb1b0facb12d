using System.Text.Json;

namespace Assay.Server.Notifications.Channels;

/// <summary>A message with one Adaptive Card, as the webhooks of Microsoft Teams' Workflows take it.</summary>
internal sealed class TeamsChannel(HttpPost post) : INoticeChannel
{
    public string Name => ChannelNames.Teams;

    public Task<SendResult> SendAsync(Delivery delivery, CancellationToken ct) =>
        post.SendAsync(delivery.To, Body(delivery), [], ct);

    internal static byte[] Body(Delivery delivery)
    {
        var notice = delivery.Notice;

        // Runs of text, since a TextBlock reads Markdown: what people wrote must not become a link.
        var body = notice.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Text(line, "default", "default"))
            .Prepend(Text(notice.Subject, "bolder", "medium"));
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            type = "message",
            summary = notice.Subject,
            attachments = new[]
            {
                new
                {
                    contentType = "application/vnd.microsoft.card.adaptive",
                    contentUrl = (string?)null,
                    content = new Dictionary<string, object>
                    {
                        ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                        ["type"] = "AdaptiveCard",
                        ["version"] = "1.4",
                        ["body"] = body,
                        ["actions"] = delivery.Url is { } url
                            ? [new { type = "Action.OpenUrl", title = "Open in Assay", url = url.AbsoluteUri }]
                            : Array.Empty<object>(),
                    },
                },
            },
        });
    }

    private static object Text(string text, string weight, string size) => new
    {
        type = "RichTextBlock",
        inlines = new[] { new { type = "TextRun", text, weight, size } },
    };
}
