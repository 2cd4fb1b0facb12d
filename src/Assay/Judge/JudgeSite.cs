using System.Security.Cryptography;
using Assay.Judgments.Git;
using Assay.Judgments.Settings;

namespace Assay.Judge;

/// <summary>What stops a command; the message is for the person at the terminal.</summary>
internal sealed class JudgeException(string message) : Exception(message);

/// <summary>Where a command runs: folder, environment, terminal, clock and chance. Tests bring their own.</summary>
internal sealed record JudgeSite(
    string Directory,
    Func<string, string?> Environment,
    TextWriter Output,
    TextWriter Error,
    bool IsTerminal,
    TimeProvider Clock)
{
    public static JudgeSite Real() => new(
        System.IO.Directory.GetCurrentDirectory(),
        System.Environment.GetEnvironmentVariable,
        Console.Out,
        Console.Error,
        !Console.IsInputRedirected && !Console.IsOutputRedirected,
        TimeProvider.System);

    /// <summary>What tools say to hooks.</summary>
    public TextReader Input { get; init; } = Console.In;

    /// <summary>How the server is reached; null for the network.</summary>
    public HttpMessageHandler? Network { get; init; }

    /// <summary>The time with the offset of this place, to the second: a person's time, not a machine's.</summary>
    public DateTimeOffset Now()
    {
        var now = Clock.GetLocalNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
    }

    public static byte[] TenRandomBytes() => RandomNumberGenerator.GetBytes(10);

    public string? Variable(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Environment(name) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The repository around this folder.</summary>
    /// <param name="isHistoryKept">Whether what git says of a long history may be taken from the last time.</param>
    public GitRepository Repository(bool isHistoryKept = true) => new(GitRepository.FindRoot(Directory)
        ?? throw new JudgeException("This folder is in no git repository. The Judgment Log lives in one: run `git init`, or go to it."))
    {
        HistoryKey = isHistoryKept ? KeyOfHistories : () => null,
    };

    /// <summary>A secret of this person's on this machine, outside of all repositories; null where there is no home.</summary>
    private byte[]? KeyOfHistories()
    {
        var state = Variable("XDG_STATE_HOME")
            ?? (Variable("HOME", "USERPROFILE") is { } home ? Path.Combine(home, ".local", "state") : null);
        return state is null ? null : HistoryKey.Take(Path.Combine(state, "assay", "history.key"));
    }

    public static LogSettings Settings(string root)
    {
        var path = Path.Combine(root, LogSettings.FileName);
        if (!File.Exists(path))
        {
            return new LogSettings();
        }

        return LogSettings.Read(File.ReadAllBytes(path), out var faults)
            ?? throw new JudgeException(string.Join(
                System.Environment.NewLine,
                faults.Select(f => $"{LogSettings.FileName}:{f.Line}:{f.Column}: {f.Message}")));
    }
}
