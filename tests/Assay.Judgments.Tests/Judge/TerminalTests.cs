using System.Diagnostics;
using Assay.Judgments.Entries;
using Assay.Judgments.Tests.Seals;

namespace Assay.Judgments.Tests.Judge;

/// <summary>The real program in a real terminal (tmux), typed at as a person types.</summary>
public sealed class TerminalTests : IDisposable
{
    // Forty words a minute are three keys a second and a bit; thirty seconds are a hundred keys.
    private const int KeysMax = 100;

    private readonly GitSandbox _git = new();
    private readonly string _socket = "assay-" + Guid.CreateVersion7().ToString("N")[20..];
    private int _keys;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (File.Exists("/usr/bin/tmux"))
        {
            Tmux("kill-server");
        }

        _git.Dispose();
    }

    [Fact]
    public async Task Half_a_minute_of_typing_is_enough_for_a_decision_with_a_rejected_option_and_a_confidence()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tmux"), "tmux is missing (apt-get install tmux).");
        _git.Run($"mkdir .bin && printf '#!/bin/sh\\nexec dotnet {Path.Combine(AppContext.BaseDirectory, "assay.dll")} \"$@\"\\n' > .bin/assay && chmod +x .bin/assay && echo .bin > .git/info/exclude");
        Tmux("-f", "/dev/null", "new-session", "-d", "-x", "140", "-y", "40", "-c", _git.Root,
            $"env -u CLAUDECODE -u CLAUDE_CODE_SESSION_ID -u CODEX_THREAD_ID PS1='$ ' PATH={_git.Root}/.bin:$PATH sh");
        await SeesAsync("$ ");

        await TypeAsync("assay judge", "Decided, in one line?");
        await TypeAsync("Leases, not a lock", "What did the AI propose?");
        await TypeAsync("Redis lock", "overrode it?");
        await TypeAsync("o", "Why not that?");
        await TypeAsync("one more thing to run", "Rejected (Option: reason)?");
        await TypeAsync("", "How sure are you");
        await TypeAsync("70", "accepted: docs/judgments/");
        _keys.ShouldBeLessThanOrEqualTo(KeysMax);

        var entry = EntrySample.Read(_git.Run("cat docs/judgments/*.judgment.md") + "\n").Entry.ShouldNotBeNull();
        (entry.Status, entry.Owner, entry.Confidence, entry.Ai.Relation).ShouldBe((JudgmentStatus.Accepted, "ada@example.com", 70, AiRelation.Overrode));
        entry.Rejected.ShouldHaveSingleItem().ShouldBe(new RejectedOption("Redis lock", "one more thing to run."));

        // A program that is about to end takes what is typed meanwhile.
        await UntilAsync(() => Screen().TrimEnd().EndsWith("\n$", StringComparison.Ordinal), "\n$");

        // Somebody who knows nothing: the help alone shows a line that works as it stands.
        await TypeAsync("assay judge --help", "accept <entry>");
        var help = Screen();
        foreach (var said in new[] { "assay judge \"Leases, not a lock per call\"", "--overrode", "--because", "--rejected", "--confidence", "list", "search", "review", "supersede", "check" })
        {
            help.ShouldContain(said);
        }
    }

    private async Task TypeAsync(string text, string then)
    {
        _keys += text.Length + 1;
        Tmux("send-keys", "-l", text);
        Tmux("send-keys", "Enter");
        await SeesAsync(then);
    }

    private Task SeesAsync(string text) => UntilAsync(() => Screen().Contains(text, StringComparison.Ordinal), text);

    private async Task UntilAsync(Func<bool> condition, string text)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(30));
        for (var i = 0; i < 1000 && !condition(); i++)
        {
            await timer.WaitForNextTickAsync(Ct);
        }

        condition().ShouldBeTrue($"'{text}' is not on the screen:\n{Screen()}");
    }

    /// <summary>All that was ever on the screen.</summary>
    private string Screen() => Tmux("capture-pane", "-p", "-J", "-S", "-200");

    private string Tmux(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("tmux", ["-L", _socket, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var error = process.StandardError.ReadToEndAsync(Ct);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = error;
        return output;
    }
}
