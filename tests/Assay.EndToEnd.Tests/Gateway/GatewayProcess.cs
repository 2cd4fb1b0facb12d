using System.Diagnostics;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>The real program in a process of its own, which can be killed.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly Process _process;

    private GatewayProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<GatewayProcess> StartAsync(string config, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "assay.dll"), "serve", "--config", config },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["ASSAY_ADMIN_KEY"] = RunningGateway.AdminKey;
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        const string Announcement = "Assay listens on ";
        while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                // What it says afterwards is read and dropped, so that it never waits for us.
                _ = process.StandardOutput.ReadToEndAsync(cancellation);
                var end = line.IndexOf(". Ctrl-C", StringComparison.Ordinal);
                return new GatewayProcess(process, new Uri(line[Announcement.Length..end]));
            }
        }

        throw new InvalidOperationException("The gateway did not start: " + await errors);
    }

    /// <summary>SIGKILL: nothing of it runs any more, and nothing could be prepared.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}
