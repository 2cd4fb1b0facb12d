using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Assay.Testing.Mail;

/// <summary>A message that the server took.</summary>
public sealed record ReceivedMail(string From, IReadOnlyList<string> To, string? User, bool Tls, string Message);

/// <summary>A real mail server of our own: Debian's aiosmtpd, on a free loopback port.</summary>
public sealed class SmtpServer : IAsyncDisposable
{
    /// <summary>What to tell whoever has none.</summary>
    public const string HowToInstall = "aiosmtpd is not installed: apt-get install python3-aiosmtpd";

    // Not whatever else is called python3: the module is Debian's.
    private const string Python = "/usr/bin/python3";
    private const string Module = "/usr/lib/python3/dist-packages/aiosmtpd";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private SmtpServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Whether the programs are there.</summary>
    public static bool IsInstalled => File.Exists(Python) && System.IO.Directory.Exists(Module);

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Starts a server without TLS that takes mail from everybody.</summary>
    public static Task<SmtpServer> StartAsync(CancellationToken ct) => StartAsync([], ct);

    /// <summary>Starts a server that insists on STARTTLS and a password.</summary>
    public static Task<SmtpServer> StartSecureAsync(
        string certificatePath, string keyPath, string user, string password, CancellationToken ct) =>
        StartAsync([certificatePath, keyPath, user, password], ct);

    /// <summary>The next message that it took, waited for, but not for ever.</summary>
    public async Task<ReceivedMail> NextAsync(CancellationToken ct)
    {
        var line = await _process.StandardOutput.ReadLineAsync(ct).AsTask().WaitAsync(s_patience, ct)
            ?? throw new InvalidOperationException("The mail server ended: " + await _process.StandardError.ReadToEndAsync(ct));
        return JsonSerializer.Deserialize<ReceivedMail>(line, s_json)!;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static async Task<SmtpServer> StartAsync(string[] arguments, CancellationToken ct)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Mail", "smtp_server.py");
        var process = Process.Start(new ProcessStartInfo(Python, [script, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        return int.TryParse(await process.StandardOutput.ReadLineAsync(ct), CultureInfo.InvariantCulture, out var port)
            ? new SmtpServer(process, port)
            : throw new InvalidOperationException(
                "The mail server did not start: " + await process.StandardError.ReadToEndAsync(ct));
    }
}
