using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Judgments.Git;
using Assay.Server.Outcomes.Hosts;

namespace Assay.Judge;

/// <summary>
/// The server that keeps this log, if there is one. Its address and key come from this machine alone (ASSAY_URL and ASSAY_KEY, or
/// git's own configuration), never from a file of the repository: otherwise a clone could have the key sent anywhere.
/// </summary>
internal sealed class LogServer : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http;

    private LogServer(Uri address, string key, string repository, HttpMessageHandler? handler, TimeSpan timeout)
    {
        _http = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        _http.BaseAddress = address;
        _http.Timeout = timeout;
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Repository = repository;
    }

    public string Repository { get; }

    /// <summary>Null where no server is configured.</summary>
    public static async Task<LogServer?> FindAsync(
        JudgeSite site, string root, string? repository, TimeSpan timeout, CancellationToken cancellation)
    {
        var git = new GitProgram(root);
        var url = site.Variable("ASSAY_URL") ?? await ConfiguredAsync(git, "assay.url", cancellation);
        var key = site.Variable("ASSAY_KEY");
        if (url is null || key is null)
        {
            return null;
        }

        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new JudgeException($"ASSAY_URL: \"{url}\" is no address; write one like https://assay.example.com.");
        }

        var name = repository ?? await ConfiguredAsync(git, "assay.repository", cancellation)
            ?? NameOf(await ConfiguredAsync(git, "remote.origin.url", cancellation)) ?? Path.GetFileName(root);
        return new LogServer(address, key, name, site.Network, timeout);
    }

    /// <summary>Throws where no server is configured.</summary>
    public static async Task<LogServer> NeedAsync(JudgeSite site, string root, string? repository, CancellationToken cancellation) =>
        await FindAsync(site, root, repository, TimeSpan.FromMinutes(2), cancellation)
        ?? throw new JudgeException("No server is configured: set ASSAY_URL to its address and ASSAY_KEY to your key.");

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellation)
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "api/v1/" + path), cancellation);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(s_json, cancellation);
    }

    public async Task<string> GetTextAsync(string path, CancellationToken cancellation)
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "api/v1/" + path), cancellation);
        return await answer.Content.ReadAsStringAsync(cancellation);
    }

    public async Task<JsonElement> PostAsync<T>(string path, T body, CancellationToken cancellation)
    {
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "api/v1/" + path) { Content = JsonContent.Create(body, options: s_json) }, cancellation);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(s_json, cancellation);
    }

    public void Dispose() => _http.Dispose();

    internal static string? NameOf(string? remote) => RemoteName.Of(remote);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await _http.SendAsync(request, cancellation);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new JudgeException($"The server {_http.BaseAddress} cannot be reached: {fault.Message}");
        }

        if (!answer.IsSuccessStatusCode)
        {
            using (answer)
            {
                throw new JudgeException(await ExplainAsync(answer, cancellation));
            }
        }

        return answer;
    }

    private static async Task<string> ExplainAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(s_json, cancellation);
            return $"The server says: {problem.GetProperty("title").GetString()} {problem.GetProperty("detail").GetString()}";
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException or NotSupportedException)
        {
            return $"The server answered {(int)answer.StatusCode} {answer.ReasonPhrase}"
                + (answer.StatusCode == HttpStatusCode.NotFound ? ": is ASSAY_URL the address of an Assay server?" : ".");
        }
    }

    private static async Task<string?> ConfiguredAsync(GitProgram git, string name, CancellationToken cancellation)
    {
        var (code, output, _) = await git.TryRunAsync(["config", "--get", name], null, cancellation);
        return code == 0 && System.Text.Encoding.UTF8.GetString(output).Trim() is { Length: > 0 } value ? value : null;
    }
}
