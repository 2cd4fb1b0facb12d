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

        // Somebody who knows nothing: the help alone shows a line that works as it stands.
        await TypeAsync("clear; assay judge --help", "accept <entry>");
        var help = Screen(all: true);
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

    private async Task SeesAsync(string text)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(30));
        for (var i = 0; i < 2000; i++)
        {
            if (Screen(all: true).Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            await timer.WaitForNextTickAsync(Ct);
        }

        Screen(all: true).ShouldContain(text);
    }

    private string Screen(bool all) => Tmux(["capture-pane", "-p", "-J", .. all ? (string[])["-S", "-200"] : []]);

    private string Tmux(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("tmux", ["-L", _socket, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        })!;
        var error = process.StandardError.ReadToEndAsync(Ct);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = error;
        return output;
    }
}
