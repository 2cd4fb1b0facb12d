using System.Diagnostics;
using System.Net.Http.Headers;
using Assay.Server.Hosting;
using Assay.Testing;
using Microsoft.Extensions.Logging;

namespace Assay.Bench.Exports;

/// <summary>A gateway on a new store, and somebody who asks it as its administrator.</summary>
internal sealed class Host : IAsyncDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("assay-bench-exports-").FullName;
    private AssayServer _server = null!;
    private PostgresCluster? _postgres;
    private string _store = "sqlite";
    private string _secret = "";

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Signed in to the pages.</summary>
    public HttpClient Pages { get; private set; } = null!;

    public AssayParts Parts => _server.Parts;

    /// <param name="isPostgres">On a private PostgreSQL, which fsyncs nothing; else on SQLite.</param>
    public static async Task<Host> StartAsync(bool isPostgres)
    {
        var host = new Host { _postgres = isPostgres ? await PostgresCluster.StartNewAsync() : null };
        host._store = host._postgres is { } cluster ? "postgres:" + await cluster.CreateDatabaseAsync() : host._store;
        await host.ServeAsync();
        return host;
    }

    /// <summary>Stops the gateway and starts it on the same store: a figure that it read ahead while the store was filled is forgotten.</summary>
    public async Task RestartAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        await ServeAsync();
    }

    private async Task ServeAsync()
    {
        _server = await AssayServer.StartAsync(
            new AssayConfig { Urls = "http://127.0.0.1:0", Data = _data, Store = _store }, new AssayServerOptions { LogLevel = LogLevel.Error }, CancellationToken.None);
        _secret = _server.FirstAdministratorSecret ?? _secret;
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(_server.Addresses[0]),
            Timeout = TimeSpan.FromHours(2),
        };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _secret);
    }

    /// <summary>Signs in to the pages as the administrator.</summary>
    public async Task SignInAsync() => Pages = await SignInAsync(_secret);

    /// <summary>Signs in to the pages, as a browser does.</summary>
    public async Task<HttpClient> SignInAsync(string secret)
    {
        var pages = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = Http.BaseAddress, Timeout = Http.Timeout };
        var form = await pages.GetStringAsync(new Uri("/signin", UriKind.Relative));
        const string Field = "name=\"form-token\" value=\"";
        var from = form.IndexOf(Field, StringComparison.Ordinal) + Field.Length;
        using var fields = new FormUrlEncodedContent(
            [new("form-token", form[from..form.IndexOf('"', from)]), new("key", secret), new("return", "/")]);
        using var answer = await pages.PostAsync(new Uri("/signin", UriKind.Relative), fields);
        return (int)answer.StatusCode == 302 ? pages : throw new InvalidOperationException($"Nobody can sign in: {answer.StatusCode}");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Pages?.Dispose();
        await _server.DisposeAsync();
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        Directory.Delete(_data, recursive: true);
    }

    /// <summary>Reads a file as it comes, line by line.</summary>
    public async Task<(long Lines, long Bytes, TimeSpan First, TimeSpan Took)> LinesAsync(string path, Action<string> line)
    {
        var watch = Stopwatch.StartNew();
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var stream = await answer.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(stream, bufferSize: 1 << 16);
        var (lines, bytes, first) = (0L, 0L, TimeSpan.Zero);
        while (await reader.ReadLineAsync() is { } read)
        {
            first = lines++ == 0 ? watch.Elapsed : first;
            bytes += read.Length + 1;
            line(read);
        }

        return (lines, bytes, first, watch.Elapsed);
    }
}
