using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Assay.Server.Hosting;
using Assay.Server.Notifications;
using Assay.Testing.Mail;

namespace Assay.Server.Tests.Notifications;

/// <summary>Notices on their way through a real mail server.</summary>
public sealed class MailTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_notice_arrives_as_a_mail_of_plain_text()
    {
        await using var server = await StartAsync();
        await using var bench = await OpenAsync(server);
        await bench.Notifier.NotifyAsync(
            OutboxBench.Notice("p_ada", severity: NoticeSeverity.Critical) with
            {
                Subject = "80 % – Budget für „Platform“",
                Body = "Erste Zeile\n.\nÜbrig: 5,00 $ von 25,00 $",
            },
            Ct);

        await bench.NewWorker().SendDueAsync(Ct);

        var mail = await server.NextAsync(Ct);
        mail.From.ShouldBe("assay@example.com");
        mail.To.ShouldBe(["ada@example.com"]);
        var (headers, body) = Parse(mail.Message);
        headers["subject"].ShouldBe("80 % – Budget für „Platform“");
        headers["auto-submitted"].ShouldBe("auto-generated");
        headers["x-assay-kind"].ShouldBe("budget.threshold");
        headers["content-type"].ShouldStartWith("text/plain");
        headers["message-id"].ShouldBe($"<{await bench.OutboxAsync("id")}@example.com>");
        body.ShouldStartWith("Erste Zeile\n.\nÜbrig: 5,00 $ von 25,00 $\n\nhttps://assay.example.com/me\n");
        body.ShouldContain("https://assay.example.com/inbox/settings");
        (await bench.CountAsync("outbox where done_ms is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task A_subject_cannot_add_a_header()
    {
        await using var server = await StartAsync();
        await using var bench = await OpenAsync(server);
        await bench.Notifier.NotifyAsync(
            OutboxBench.Notice("p_ada") with { Subject = "Hello\r\nBcc: boss@example.com\r\n\r\nBody" }, Ct);

        await bench.NewWorker().SendDueAsync(Ct);

        var mail = await server.NextAsync(Ct);
        mail.To.ShouldBe(["ada@example.com"]);
        Parse(mail.Message).Headers.ShouldNotContainKey("bcc");
    }

    [Theory]
    [InlineData("nobody@example.com", true, "SMTP 550: the mail server refused the recipient")]
    [InlineData("busy@example.com", false, "SMTP 450: the mail server refused")]
    public async Task A_final_no_is_final_and_any_other_is_tried_again(string address, bool final, string reason)
    {
        await using var server = await StartAsync();
        await using var bench = await OpenAsync(server);
        await bench.PutSettingAsync(new NotificationSetting { PersonId = "p_ada", Email = address });
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);

        await bench.NewWorker().SendDueAsync(Ct);

        (await bench.OutboxAsync("last_error")).ShouldBe(reason);
        (await bench.CountAsync("outbox where given_up_ms is not null")).ShouldBe(final ? 1 : 0);
        (await bench.InboxAsync("p_ada")).Count.ShouldBe(final ? 2 : 1);
        (await bench.InboxAsync("p_root")).Count.ShouldBe(final ? 1 : 0);
    }

    [Fact]
    public async Task A_mail_server_that_is_not_there_is_asked_again_later()
    {
        await using var bench = await OutboxBench.OpenAsync(configure: config => config.Notifications.Smtp = new SmtpConfig
        {
            // Nobody listens on the discard port.
            Host = "127.0.0.1",
            Port = 9,
            Tls = "none",
            From = "assay@example.com",
        });
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);

        await bench.NewWorker().SendDueAsync(Ct);

        (await bench.OutboxAsync("last_error")).ShouldBe("the mail server cannot be reached");
        (await bench.CountAsync("outbox where done_ms is null and given_up_ms is null")).ShouldBe(1);
    }

    [Fact]
    public async Task A_password_is_sent_under_tls_to_a_server_whose_certificate_is_trusted()
    {
        Assert.SkipUnless(SmtpServer.IsInstalled, SmtpServer.HowToInstall);
        using var certificate = new TemporaryCertificate();
        await using var server = await SmtpServer.StartSecureAsync(
            certificate.CertificatePath, certificate.KeyPath, "assay", "hunter2", Ct);
        await using var bench = await OpenAsync(server, tls: "starttls", password: "hunter2");
        await using var wrong = await OpenAsync(server, tls: "starttls", password: "*******");
        await bench.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);
        await wrong.Notifier.NotifyAsync(OutboxBench.Notice("p_ada"), Ct);

        await bench.NewWorker().SendDueAsync(Ct);
        (await bench.OutboxAsync("last_error")).ShouldBe("no secure connection: the mail server's certificate is not trusted");

        // As if the machine trusted it: the mail client asks this before it gives up.
#pragma warning disable SYSLIB0014, MA0039 // It is what the mail client has; only this one certificate passes.
        ServicePointManager.ServerCertificateValidationCallback =
            (_, shown, _, _) => shown?.GetCertHashString() == certificate.Thumbprint;
        try
        {
            bench.Time.Advance(TimeSpan.FromMinutes(1));
            await bench.NewWorker().SendDueAsync(Ct);
            await wrong.NewWorker().SendDueAsync(Ct);
        }
        finally
        {
            ServicePointManager.ServerCertificateValidationCallback = null;
        }
#pragma warning restore SYSLIB0014, MA0039

        var mail = await server.NextAsync(Ct);
        (mail.User, mail.Tls).ShouldBe(("assay", true));
        (await wrong.OutboxAsync("last_error")).ShouldNotBeNull().ShouldStartWith("SMTP 5");
    }

    private static async Task<SmtpServer> StartAsync()
    {
        Assert.SkipUnless(SmtpServer.IsInstalled, SmtpServer.HowToInstall);
        return await SmtpServer.StartAsync(Ct);
    }

    private static Task<OutboxBench> OpenAsync(SmtpServer server, string tls = "none", string password = "") =>
        OutboxBench.OpenAsync(configure: config => config.Notifications.Smtp = new SmtpConfig
        {
            Host = "127.0.0.1",
            Port = server.Port,
            Tls = tls,
            From = "assay@example.com",
            Username = password.Length > 0 ? "assay" : "",
            Password = password,
        });

    // What a mail program does: unfold headers, decode encoded words and quoted-printable.
    private static (Dictionary<string, string> Headers, string Body) Parse(string message)
    {
        var text = message.ReplaceLineEndings("\n");
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var headers = text[..end].Replace("\n ", " ", StringComparison.Ordinal).Split('\n')
            .Select(line => line.Split(": ", 2))
            .ToDictionary(h => h[0].ToLowerInvariant(), h => Words(h[1]), StringComparer.Ordinal);
        return (headers, Quoted(text[(end + 2)..].Replace("=\n", "", StringComparison.Ordinal)));
    }

    private static string Words(string header) => string.Concat(header
        .Replace("?= =?", "?==?", StringComparison.Ordinal)
        .Split("=?utf-8?")
        .Select((part, i) => i == 0 ? part
            : part[0] is 'B' or 'b' ? Encoding.UTF8.GetString(Convert.FromBase64String(part[2..].Split("?=")[0]))
            : Quoted(part[2..].Split("?=")[0].Replace('_', ' '))));

    private static string Quoted(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private sealed class TemporaryCertificate : IDisposable
    {
        private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("assay-mail-").FullName;

        public TemporaryCertificate()
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var now = TimeProvider.System.GetUtcNow();
            using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            Thumbprint = certificate.GetCertHashString();
            File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
            File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
        }

        public string CertificatePath => Path.Combine(_directory, "cert.pem");

        public string KeyPath => Path.Combine(_directory, "key.pem");

        public string Thumbprint { get; }

        public void Dispose() => System.IO.Directory.Delete(_directory, recursive: true);
    }
}
