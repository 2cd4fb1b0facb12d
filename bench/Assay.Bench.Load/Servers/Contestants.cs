using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Assay.Bench.Load.Servers;

/// <summary>One way from the client to the upstream.</summary>
internal sealed record Contestant(string Name, int Port, string Key, ServerProcess? Process)
{
    /// <summary>The key of those who ask for none.</summary>
    internal const string NoKey = "none";
}

/// <summary>Starts the upstream and everything that can stand before it. All of them live through the whole run.</summary>
internal sealed class Contestants : IAsyncDisposable
{
    private static readonly string[] s_pipes = ["pipe", "turns"];

    private readonly List<ServerProcess> _owned = [];
    private readonly string _directory = Directory.CreateTempSubdirectory("assay-bench-").FullName;

    /// <summary>Socket completions run on the one event-loop thread: the cheapest a .NET process can be on sockets.</summary>
    internal static (string Name, string Value)[] InlineSockets { get; } =
        [("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1"), ("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1")];

    internal List<Contestant> All { get; } = [];

    internal static async Task<Contestants> StartAsync(Options options)
    {
        var contestants = new Contestants();
        try
        {
            await contestants.StartAllAsync(options);
            return contestants;
        }
        catch
        {
            await contestants.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var process in _owned)
        {
            process.Dispose();
        }

        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task StartAllAsync(Options options)
    {
        var upstream = FreePort();
        Own(await ServerProcess.StartAsync(
            options.LoadCore, upstream, "dotnet", [options.Built("Assay.Bench.Upstream"), $"{upstream}"], InlineSockets));
        All.Add(new Contestant("direct", upstream, Contestant.NoKey, null));

        if (options.Wants("nginx"))
        {
            var port = FreePort();
            var configuration = Path.Combine(_directory, "nginx.conf");
            var workers = options.ProxyCore is null ? Environment.ProcessorCount : 1;
            await File.WriteAllTextAsync(configuration, NginxConfiguration(port, upstream, workers));
            All.Add(new Contestant("nginx", port, Contestant.NoKey, Own(await ServerProcess.StartAsync(
                options.ProxyCore, port, "/usr/sbin/nginx", ["-p", _directory, "-c", configuration]))));
        }

        foreach (var name in s_pipes.Where(options.Wants))
        {
            var port = FreePort();
            string[] turns = name == "turns" ? ["turns"] : [];
            All.Add(new Contestant(name, port, Contestant.NoKey, Own(await ServerProcess.StartAsync(
                options.ProxyCore,
                port,
                "dotnet",
                [options.Built("Assay.Bench.Pipe"), $"http://127.0.0.1:{port}", $"http://127.0.0.1:{upstream}", .. turns]))));
        }

        if (options.Wants("assay"))
        {
            All.Add(await AssayGateway.StartAsync(
                "assay", governed: false, options, FreePort(), upstream, Path.Combine(_directory, "assay"), Own));
        }

        if (options.Wants("budgets"))
        {
            All.Add(await AssayGateway.StartAsync(
                "budgets", governed: true, options, FreePort(), upstream, Path.Combine(_directory, "budgets"), Own));
        }

        foreach (var variant in options.Variants)
        {
            var name = string.Join(',', variant.Select(each => $"{each.Name}={each.Value}"));
            All.Add(await AssayGateway.StartAsync(
                name, governed: false, options, FreePort(), upstream, Path.Combine(_directory, $"variant{All.Count}"), Own, variant));
        }
    }

    private ServerProcess Own(ServerProcess process)
    {
        _owned.Add(process);
        return process;
    }

    // Taken and given back at once: another process could take it in between, and then the start fails and says so.
    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static string NginxConfiguration(int port, int upstream, int workers) => string.Create(CultureInfo.InvariantCulture, $$"""
        daemon off;
        worker_processes {{workers}};
        pid nginx.pid;
        error_log stderr error;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_buffer_size 64k;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          keepalive_requests 1000000000;
          upstream provider {
            server 127.0.0.1:{{upstream}};
            keepalive 512;
            keepalive_requests 1000000000;
          }
          server {
            listen 127.0.0.1:{{port}};
            location / {
              proxy_pass http://provider;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_buffering off;
              proxy_buffer_size 64k;
              proxy_buffers 4 64k;
            }
          }
        }
        """);
}
