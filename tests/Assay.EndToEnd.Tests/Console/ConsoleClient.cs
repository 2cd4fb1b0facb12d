using System.Net;
using System.Text.RegularExpressions;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>An HTTP client with a cookie jar that does not follow redirects, as strict as a browser and easier to ask.</summary>
internal sealed class ConsoleClient : IDisposable
{
    private readonly HttpClient _http;

    public ConsoleClient(IConsoleUnderTest console)
    {
        Handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        _http = new HttpClient(Handler) { BaseAddress = console.Address };
    }

    public SocketsHttpHandler Handler { get; }

    public CookieCollection Cookies => Handler.CookieContainer.GetCookies(_http.BaseAddress!);

    public static async Task<ConsoleClient> SignInAsync(IConsoleUnderTest console, string who, CancellationToken ct)
    {
        var client = new ConsoleClient(console);
        var answer = await client.SignInAsync(console.Company.SecretOf(who), ct);
        answer.Status.ShouldBe(HttpStatusCode.Found);
        return client;
    }

    public async Task<Answer> SignInAsync(string secret, CancellationToken ct, string back = "/") =>
        await PostAsync("/signin", (await GetAsync("/signin", ct)).Body, ct, ("key", secret), ("return", back));

    public Task<Answer> GetAsync(string path, CancellationToken ct, params (string Name, string Value)[] headers) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), ct, headers);

    /// <summary>Sends a form with the token that the page carries.</summary>
    public Task<Answer> PostAsync(string path, string page, CancellationToken ct, params (string Name, string Value)[] fields) =>
        SendAsync(
            new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new FormUrlEncodedContent(
                    fields.Append(("form-token", HtmlText.First(page, "name=\"form-token\" value=\"([^\"]+)\"")))
                        .Select(field => new KeyValuePair<string, string>(field.Item1, field.Item2))),
            },
            ct);

    public async Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken ct, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using (request)
        {
            using var response = await _http.SendAsync(request, ct);
            return new Answer(
                response.StatusCode,
                await response.Content.ReadAsStringAsync(ct),
                response.Headers.Location?.ToString() ?? "",
                response.Headers.Concat(response.Content.Headers)
                    .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
        }
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What came back.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, string Location, IReadOnlyDictionary<string, string> Headers);

/// <summary>Finds things in markup that we wrote ourselves.</summary>
internal static class HtmlText
{
    public static string First(string html, string pattern) => All(html, pattern) switch
    {
        [var first, ..] => first,
        _ => throw new ShouldAssertException($"Nothing in the page matches {pattern}."),
    };

    public static IReadOnlyList<string> All(string html, string pattern) =>
        [.. Regex.Matches(html, pattern, RegexOptions.None, TimeSpan.FromSeconds(5)).Select(match => match.Groups[1].Value)];
}
