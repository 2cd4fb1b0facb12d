using System.Globalization;

namespace Assay.Bench.Load.Servers;

/// <summary>One way from the client to the upstream.</summary>
internal sealed record Contestant(string Name, int Port, string Key, ServerProcess? Process);

/// <summary>Starts the upstream and everything that can stand before it. All of them live through the whole run.</summary>
internal sealed class Contestants : IAsyncDisposable
{
    internal const int UpstreamPort = 18400;
    private const int NginxPort = 18401;
    private const int PipePort = 18402;
    private const int AssayPort = 18403;

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
        Own(await ServerProcess.StartAsync(
            options.LoadCore, UpstreamPort, "dotnet", [options.Built("Assay.Bench.Upstream"), $"{UpstreamPort}"], InlineSockets));
        All.Add(new Contestant("direct", UpstreamPort, "none", null));

        if (options.Wants("nginx"))
        {
            var configuration = Path.Combine(_directory, "nginx.conf");
            await File.WriteAllTextAsync(configuration, NginxConfiguration(options.ProxyCore is null ? Environment.ProcessorCount : 1));
            All.Add(new Contestant("nginx", NginxPort, "none", Own(await ServerProcess.StartAsync(
                options.ProxyCore, NginxPort, "/usr/sbin/nginx", ["-p", _directory, "-c", configuration]))));
        }

        if (options.Wants("pipe"))
        {
            All.Add(new Contestant("pipe", PipePort, "none", Own(await ServerProcess.StartAsync(
                options.ProxyCore,
                PipePort,
                "dotnet",
                [options.Built("Assay.Bench.Pipe"), $"http://127.0.0.1:{PipePort}", $"http://127.0.0.1:{UpstreamPort}"]))));
        }

        if (options.Wants("assay"))
        {
            All.Add(await AssayGateway.StartAsync(options, AssayPort, Path.Combine(_directory, "assay"), Own));
        }
    }

    private ServerProcess Own(ServerProcess process)
    {
        _owned.Add(process);
        return process;
    }

    private static string NginxConfiguration(int workers) => string.Create(CultureInfo.InvariantCulture, $$"""
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
            server 127.0.0.1:{{UpstreamPort}};
            keepalive 512;
            keepalive_requests 1000000000;
          }
          server {
            listen 127.0.0.1:{{NginxPort}};
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
