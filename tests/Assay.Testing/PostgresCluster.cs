using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Assay.Testing;

/// <summary>
/// A PostgreSQL of our own: in a new directory, on a free loopback port, with Debian's programs. It is made for tests
/// (nothing is fsynced) and can be stopped and started again, to see what its users do meanwhile.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    /// <summary>What to tell whoever has no PostgreSQL.</summary>
    public const string HowToInstall = "PostgreSQL is not installed: apt-get install postgresql";

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly string _programs;
    private readonly string _directory;
    private readonly int _port;
    private int _databases;
    private Process? _server;

    private PostgresCluster(string programs, string directory, int port)
    {
        _programs = programs;
        _directory = directory;
        _port = port;
    }

    /// <summary>Whether the programs are there.</summary>
    public static bool IsInstalled => FindPrograms() is not null;

    /// <summary>Makes a cluster and starts it.</summary>
    public static async Task<PostgresCluster> StartNewAsync(CancellationToken ct = default)
    {
        var programs = FindPrograms() ?? throw new InvalidOperationException(HowToInstall);
        var directory = System.IO.Directory.CreateTempSubdirectory("assay-pg-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", ["postgres", directory], asPostgres: false, ct);
        }

        await RunAsync(
            Path.Combine(programs, "initdb"),
            ["-D", Path.Combine(directory, "data"), "-U", "assay", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
            asPostgres: true,
            ct);
        var cluster = new PostgresCluster(programs, directory, FreePort());
        await cluster.StartAsync(ct);
        return cluster;
    }

    /// <summary>The processor time of its processes, those that have ended included (Linux).</summary>
    public TimeSpan CpuTime()
    {
        // Fields of /proc/PID/stat behind the name in brackets: the parent is the second, times in hundredths of a second from the 12th.
        var ticks = 0L;
        foreach (var path in System.IO.Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                var stat = File.ReadAllText(Path.Combine(path, "stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                var isServer = path.EndsWith($"/{_server?.Id}", StringComparison.Ordinal);
                if (isServer || fields[1] == _server?.Id.ToString(CultureInfo.InvariantCulture))
                {
                    ticks += fields[11..(isServer ? 15 : 13)].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
                }
            }
            catch (IOException)
            {
                // It has ended meanwhile; its parent counts it.
            }
        }

        return TimeSpan.FromMilliseconds(10 * ticks);
    }

    /// <summary>Makes an empty database and returns how to connect to it.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken ct = default)
    {
        var name = "t" + Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync(ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The name is a letter and a number.
        command.CommandText = $"create database {name}";
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
        return ConnectionString(name);
    }

    /// <summary>Starts the server, on the same port as before.</summary>
    public async Task StartAsync(CancellationToken ct = default)
    {
        // In the foreground and our child, so that it is ours to stop, and by its own id.
        _server = Process.Start(StartInfo(
            Path.Combine(_programs, "postgres"),
            [
                "-D", Path.Combine(_directory, "data"), "-p", _port.ToString(CultureInfo.InvariantCulture),
                "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_directory}",
                "-c", "fsync=off", "-c", "shared_buffers=64MB", "-c", "max_connections=60", "-c", "log_min_messages=fatal",
            ],
            asPostgres: true))!;
        _server.ErrorDataReceived += (_, _) => { };
        _server.BeginErrorReadLine();
        _server.OutputDataReceived += (_, _) => { };
        _server.BeginOutputReadLine();
        var began = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(ct))
        {
            if (_server.HasExited || Stopwatch.GetElapsedTime(began) > s_patience)
            {
                throw new InvalidOperationException($"PostgreSQL did not start in {_directory}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
        }
    }

    /// <summary>Stops the server at once, as a power cut would: connections break, nothing is written any more.</summary>
    public async Task StopAsync()
    {
        if (_server is null)
        {
            return;
        }

        await RunAsync(
            Path.Combine(_programs, "pg_ctl"),
            ["-D", Path.Combine(_directory, "data"), "-m", "immediate", "-w", "stop"],
            asPostgres: true,
            CancellationToken.None);
        await _server.WaitForExitAsync();
        _server.Dispose();
        _server = null;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await StopAsync();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port};Username=assay;Database={database}";

    private async Task<bool> AnswersAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=5");
            await connection.OpenAsync(ct);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string? FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        return System.IO.Directory.Exists(Debian)
            ? System.IO.Directory.GetDirectories(Debian)
                .OrderByDescending(path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0)
                .Select(path => Path.Combine(path, "bin"))
                .FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")))
            : null;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task RunAsync(string program, string[] arguments, bool asPostgres, CancellationToken ct)
    {
        using var process = Process.Start(StartInfo(program, arguments, asPostgres))!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await output}{await errors}");
        }
    }

    // PostgreSQL refuses to run as root.
    private static ProcessStartInfo StartInfo(string program, string[] arguments, bool asPostgres)
    {
        string[] prefix = asPostgres && Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
            : [];
        string[] all = [.. prefix, program, .. arguments];
        return new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/tmp",
        };
    }
}
