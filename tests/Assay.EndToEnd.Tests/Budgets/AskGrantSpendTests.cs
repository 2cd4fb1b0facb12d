using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Assay.EndToEnd.Tests.Console;
using Assay.EndToEnd.Tests.Gateway;
using Assay.Server.Hosting;
using Assay.Testing.Http;
using Assay.Testing.Mail;

namespace Assay.EndToEnd.Tests.Budgets;

/// <summary>
/// From a refused call over the pages, a mail and a webhook to the call that passes: a real browser, a real mail server and
/// a real receiver around a real gateway.
/// </summary>
[Collection(ConsoleTests.Name)]
public sealed partial class AskGrantSpendTests(Browser browser)
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string PublicUrl = "https://ai.example.com";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asked_on_a_page_told_by_mail_and_webhook_granted_by_the_mail_s_link_and_spent()
    {
        Assert.SkipUnless(SmtpServer.IsInstalled, SmtpServer.HowToInstall);
        await using var mail = await SmtpServer.StartAsync(Cancel);
        await using var company = await Receiver.StartAsync(Cancel);
        await using var gateway = await RunningGateway.StartAsync(config =>
        {
            BudgetedGateway.Prices(config);
            config.PublicUrl = PublicUrl;
            config.Notifications.Smtp = new SmtpConfig
            {
                Host = "127.0.0.1",
                Port = mail.Port,
                Tls = "none",
                From = "assay@example.com",
            };
            config.Notifications.Webhooks.Add(
                new WebhookConfig { Name = "finance", Url = company.Url, Secret = Secret, Kinds = { "request.*" } });
        });
        await PostAsync(gateway, "people", new { email = "grace@example.com", name = "Grace", team = "platform", role = "manager" });
        await PostAsync(gateway, "budgets", new { scope = "person:ada@example.com", window = "month", limit = "0.10" });
        using var client = gateway.Client();
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        await using (var ada = await Visit.BeginAsync(browser.Get(), gateway.Address))
        {
            await ada.SignInAsync(gateway.Key);
            await ada.GoAsync("/budget");
            await ada.Page.FillAsync("#ask-amount", "5");
            await ada.Page.FillAsync("#ask-reason", "The migration of the invoices, until Friday.");
            await ada.Page.ClickAsync("button:has-text('Ask')");
            (await ada.Page.TextContentAsync("[role=status]"))!.ShouldContain("Your request is with those who can grant it");
            ada.Complaints.ShouldBeEmpty();
        }

        var asked = await MailAsync(mail, "grace@example.com", "request.opened");
        asked.ShouldContain("Ada asks for $5.00 more");
        asked.ShouldContain("The migration of the invoices, until Friday.");
        (await WebhookAsync(company, "request.opened")).ShouldContain("Ada asks for $5.00 more");

        // The link is the permission: Grace is not signed in, as on a telephone.
        var link = DecideLink().Match(asked).Value;
        link.ShouldStartWith(PublicUrl);
        await using (var grace = await Visit.BeginAsync(browser.Get(), gateway.Address, width: 390))
        {
            await grace.GoAsync(link[PublicUrl.Length..]);
            await grace.Page.FillAsync("#amount", "0.10");
            await grace.Page.ClickAsync("button:has-text('Grant')");
            (await grace.Page.TextContentAsync("main"))!.ShouldContain("granted $0.10");
            grace.Complaints.ShouldBeEmpty();
        }

        (await MailAsync(mail, "ada@example.com", "request.decided")).ShouldContain("$0.10 more for the budget of Ada");
        (await WebhookAsync(company, "request.decided")).ShouldContain("$0.10 more for the budget of Ada");
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.ChatAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        await gateway.AppliedAsync();
        (await gateway.TotalsAsync()).Cost.Nanos.ShouldBe(200_000_000);
    }

    private static async Task PostAsync(RunningGateway gateway, string what, object body)
    {
        using var answer = await gateway.Admin.PostAsJsonAsync("/api/v1/" + what, body, Cancel);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>The next mail of a kind to somebody; budgets' own warnings go by.</summary>
    private static async Task<string> MailAsync(SmtpServer server, string to, string kind)
    {
        while (true)
        {
            var mail = await server.NextAsync(Cancel);
            var text = QuotedByte().Replace(
                mail.Message.ReplaceLineEndings("\n").Replace("=\n", "", StringComparison.Ordinal),
                hex => ((char)Convert.ToByte(hex.Value[1..], 16)).ToString());
            if (mail.To.Contains(to) && text.Contains(kind, StringComparison.Ordinal))
            {
                return text;
            }
        }
    }

    /// <summary>What the company was sent of a kind, its signature checked as any receiver checks it.</summary>
    private static async Task<string> WebhookAsync(Receiver receiver, string kind)
    {
        Received? found = null;
        await Wait.UntilAsync(
            () => (found = receiver.All.FirstOrDefault(one => one.Json.GetProperty("type").GetString() == kind)) is not null,
            $"the company is told {kind}",
            Cancel);
        var headers = found!.Headers;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}."), .. found.Body];
        headers["webhook-signature"].ShouldBe(
            "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), signed)));
        return Encoding.UTF8.GetString(found.Body);
    }

    [GeneratedRegex(@"https://ai\.example\.com/decide/\S+", RegexOptions.NonBacktracking)]
    private static partial Regex DecideLink();

    // Mails are quoted-printable.
    [GeneratedRegex("=[0-9A-F]{2}", RegexOptions.NonBacktracking)]
    private static partial Regex QuotedByte();
}
