using System.Net;
using System.Text.RegularExpressions;

namespace Assay.Judgments.Tests.Server;

/// <summary>Decides a draft as a person with a browser does: signs in with a key, opens the page, sends its form.</summary>
internal static partial class PageOf
{
    public static async Task<HttpStatusCode> DecideAsync(LogOnServer server, string key, Guid id, string decision, string confidence)
    {
        var ct = TestContext.Current.CancellationToken;
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() };
        using var browser = new HttpClient(handler) { BaseAddress = server.Address };
        var signIn = await browser.GetStringAsync("/signin", ct);
        using var signedIn = await browser.PostAsync(
            "/signin",
            new FormUrlEncodedContent(new Dictionary<string, string> { ["key"] = key, ["form-token"] = Token().Match(signIn).Groups["t"].Value }),
            ct);
        if (signedIn.StatusCode != HttpStatusCode.Found)
        {
            return signedIn.StatusCode;
        }

        var page = await browser.GetStringAsync($"/log/{id:D}", ct);
        using var sent = await browser.PostAsync(
            $"/log/{id:D}",
            new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["decision"] = decision,
                ["confidence"] = confidence,
                ["form-token"] = Token().Match(page).Groups["t"].Value,
            }),
            ct);
        return sent.StatusCode;
    }

    [GeneratedRegex("name=\"form-token\" value=\"(?<t>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
