using System.Collections;
using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Assay.Server.Hosting;

namespace Assay.Server.Notifications.Channels;

/// <summary>
/// Mail in plain text. The framework's own client is enough for handing messages to a company's mail server: STARTTLS
/// or none, a password or none. It cannot speak TLS from the first byte (port 465), and the documentation says so.
/// </summary>
internal sealed class MailChannel(SmtpConfig config, IDictionary environment) : INoticeChannel
{
    public string Name => ChannelNames.Mail;

    public async Task<SendResult> SendAsync(Delivery delivery, CancellationToken ct)
    {
        try
        {
            using var message = Write(delivery);
            using var client = new SmtpClient(config.Host, config.Port)
            {
                EnableSsl = config.Tls == "starttls",
                Credentials = config.Username.Length > 0
                    ? new NetworkCredential(config.Username, SecretSource.Read(config.Password, environment))
                    : null,
            };
            await client.SendMailAsync(message, ct);
            return new SendResult.Sent();
        }
        catch (FormatException)
        {
            return new SendResult.Refused("the address is no e-mail address");
        }
        catch (SmtpFailedRecipientException refused) when ((int)refused.StatusCode >= 500)
        {
            return new SendResult.Refused($"SMTP {(int)refused.StatusCode}: the mail server refused the recipient");
        }
        catch (SmtpException broken)
        {
            // The exception's own text may hold the address, and what the server says may hold anything.
            return new SendResult.Failed(Reason(broken));
        }
    }

    internal MailMessage Write(Delivery delivery)
    {
        var notice = delivery.Notice;
        var message = new MailMessage(config.From, delivery.To.Address)
        {
            Subject = notice.Subject,
            SubjectEncoding = Encoding.UTF8,
            HeadersEncoding = Encoding.UTF8,
            Body = Body(delivery),
            BodyEncoding = Encoding.UTF8,
            BodyTransferEncoding = TransferEncoding.QuotedPrintable,
        };

        // The same for every attempt: mail programs show a message that came twice once.
        message.Headers.Add("Message-ID", $"<{delivery.Id}@{message.From!.Host}>");
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Assay-Kind", notice.Kind);
        if (notice.Severity == NoticeSeverity.Critical)
        {
            message.Priority = MailPriority.High;
        }

        return message;
    }

    private static string Body(Delivery delivery)
    {
        var text = new StringBuilder(delivery.Notice.Body.Length > 0 ? delivery.Notice.Body : delivery.Notice.Subject);
        if (delivery.Url is { } url)
        {
            text.Append("\n\n").Append(url.AbsoluteUri)
                .Append("\n\n-- \nWhat you are told, and how: ").Append(new Uri(url, "/inbox/settings").AbsoluteUri);
        }

        return text.Append('\n').ToString();
    }

    private static string Reason(SmtpException broken) => broken.InnerException switch
    {
        AuthenticationException => "no secure connection: the mail server's certificate is not trusted",
        SocketException or IOException => "the mail server cannot be reached",
        _ when (int)broken.StatusCode > 0 => $"SMTP {(int)broken.StatusCode}: the mail server refused",
        _ => "the mail server cannot be used",
    };
}
