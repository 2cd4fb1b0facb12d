using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assay.Server.Api;

namespace Assay.Server.Notifications.Channels;

/// <summary>A webhook signed as Standard Webhooks has it, with the whole notice as its payload.</summary>
internal sealed class WebhookChannel(HttpPost post, TimeProvider clock) : INoticeChannel
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public string Name => ChannelNames.Webhook;

    public async Task<SendResult> SendAsync(Delivery delivery, CancellationToken ct)
    {
        var notice = delivery.Notice;
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new Payload(
                notice.Kind,
                Rfc3339.FormatMs(notice.CreatedAtMs),
                new Data(
                    notice.Id,
                    NoticeWords.Word(notice.Severity),
                    notice.Subject,
                    notice.Body,
                    notice.Link,
                    delivery.Url?.ToString(),
                    delivery.Person)),
            s_json);

        // The time of this attempt, not of the notice: receivers refuse what is older than some minutes.
        var seconds = clock.GetUtcNow().ToUnixTimeSeconds();
        if (StandardWebhook.FaultInSecret(delivery.To.Secret) is not null)
        {
            return new SendResult.Failed("the webhook's secret is not set");
        }

        return await post.SendAsync(
            delivery.To,
            body,
            [
                (StandardWebhook.IdHeader, delivery.Id),
                (StandardWebhook.TimestampHeader, seconds.ToString(CultureInfo.InvariantCulture)),
                (StandardWebhook.SignatureHeader, StandardWebhook.Sign(delivery.To.Secret, delivery.Id, seconds, body)),
            ],
            ct);
    }

    private sealed record Payload(string Type, string Timestamp, Data Data);

    private sealed record Data(
        string Id, string Severity, string Subject, string Body, string Link, string? Url, string? Person);
}
