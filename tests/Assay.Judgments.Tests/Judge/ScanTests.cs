using System.CommandLine;
using System.Text.Json;
using Assay.Judge;
using Assay.Judgments.Tests.Seals;
using Assay.Outcomes;
using Assay.Testing;

namespace Assay.Judgments.Tests.Judge;

/// <summary><c>assay outcomes scan</c> on a repository with a history of every kind.</summary>
public sealed class ScanTests : IDisposable
{
    private readonly GitSandbox _git = new();

    public void Dispose() => _git.Dispose();

    [Fact]
    public async Task Merges_squashes_reverts_trailers_and_notes_are_found()
    {
        _git.Run("git remote add origin git@github.example:acme/web.git && git commit -q --allow-empty -m root");
        _git.Run("git checkout -q -b cache && echo a > a && git add a && git commit -q -m 'Half of it' -m 'AI-Session: claude-code/s-1'");
        _git.Run("git checkout -q - && git merge -q --no-ff cache -m 'Merge pull request #1 from acme/cache' -m 'Add a cache'");
        _git.Run("echo b > b && git add b && git commit -q -m 'Retry labels (#2)'");
        var squash = _git.Run("git rev-parse HEAD").Trim();
        _git.Write("../note", """
            b
              s_1::t_1 1
            ---
            {"schema_version":"authorship/3.0.0","prompts":{},"sessions":{"s_1":{"agent_id":{"tool":"claude","id":"s-2","model":"m"}}}}
            """);
        _git.Run($"git notes --ref=ai add -F ../note {squash}");
        _git.Run("git revert --no-edit HEAD && git commit -q --amend -m 'Take the labels out again'");
        var opposite = _git.Run("git rev-parse HEAD").Trim();
        _git.Run("git revert --no-edit HEAD");
        var reapplied = _git.Run("git rev-parse HEAD").Trim();

        var lines = await ScanAsync();
        var changes = lines.Where(l => l.TryGetProperty("ref", out _)).ToDictionary(l => l.GetProperty("ref").GetString()!);
        changes.Keys.ShouldBe(["acme/web#2", "acme/web#1"]);
        var merged = changes["acme/web#1"];
        (merged.GetProperty("title").GetString(), merged.GetProperty("branch").GetString(), merged.GetProperty("commits").GetArrayLength())
            .ShouldBe(("Add a cache", "cache", 2));
        var reverts = lines.Where(l => l.TryGetProperty("claims", out _)).ToDictionary(l => l.GetProperty("commit").GetString()!, l => l.GetProperty("claims").ToString());
        reverts.Keys.ShouldBe([reapplied, opposite]);
        reverts[opposite].ShouldContain("inverse-patch");
        reverts[opposite].ShouldContain(squash);
        reverts[reapplied].ShouldContain("commit-trailer");
        lines.Where(l => l.TryGetProperty("session", out _))
            .Select(l => $"{l.GetProperty("session").GetString()} {l.GetProperty("evidence").GetString()} {l.GetProperty("lines")}")
            .ShouldBe(["s-1 trailer ", "s-2 git-ai 1"]);
    }

    [Fact]
    public async Task Lines_are_counted_that_are_still_there_14_and_30_days_later()
    {
        _git.Run($$"""
            git remote add origin git@github.example:acme/web.git
            on() { export GIT_COMMITTER_DATE="$(({{EntrySample.Noon.ToUnixTimeSeconds()}} - $1 * 86400)) +0000"; git add -A; git commit -q -m "$2"; }
            text() { for i in $(seq $2); do echo "  the $i. line of the file named $1"; done; }
            text first 10 > first.cs; echo 'a lock' > yarn.lock; on 50 'A squashed change (#1)'
            git checkout -q -b topic; text second 4 > 'a second.cs'; on 49 'Half'; echo 'the last line' >> 'a second.cs'; on 49 'The rest'
            git checkout -q main
            export GIT_COMMITTER_DATE="$(({{EntrySample.Noon.ToUnixTimeSeconds()}} - 48 * 86400)) +0000"
            git merge -q --no-ff topic -m 'Merge pull request #2 from acme/topic' -m 'A second file'
            mkdir lib && git mv first.cs lib/first.cs && on 46 'Rename it'
            sed -i 's/^  /      /' lib/first.cs && on 45 'Indent it'
            sed -n '9,10p' lib/first.cs > moved.cs && sed -i '9,10d' lib/first.cs && sed -i '1i // a line before' lib/first.cs && on 44 'Move two lines to another file'
            sed -i '2,4s/line/row/' lib/first.cs && on 40 'Change three'
            sed -i '1d' moved.cs && rm 'a second.cs' && on 32 'Delete one, and a file'
            text third 5 > third.cs; on 29 'A third (#3)'
            git mv third.cs fourth.cs; sed -i 's/^  //' fourth.cs; on 28 'Only moves (#4)'
            git rm -q lib/first.cs && on 19 'Delete the rest'
            text fifth 4 > fifth.cs; on 10 'Too young (#5)'
            """);

        var changes = (await ScanAsync()).Where(l => l.TryGetProperty("ref", out _)).ToDictionary(l => l.GetProperty("ref").GetString()!, l => l.GetProperty("lines").ToString());

        // Ten lines: three changed within 14 days, one gone within 30, the rest later. The merge's file was there for 14 days.
        changes["acme/web#1"].ShouldBe("""{"added":10,"alive14":7,"alive30":6}""");
        changes["acme/web#2"].ShouldBe("""{"added":5,"alive14":5,"alive30":0}""");
        changes["acme/web#3"].ShouldBe("""{"added":5,"alive14":5,"alive30":null}""");
        changes["acme/web#4"].ShouldBe("");
        changes["acme/web#5"].ShouldBe("""{"added":4,"alive14":null,"alive30":null}""");
    }

    private async Task<List<JsonElement>> ScanAsync()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var site = new JudgeSite(_git.Root, _ => null, output, error, IsTerminal: false, new ManualTime(EntrySample.Noon));
        var code = await new RootCommand { ScanCommand.Create(site) }
            .Parse(["scan", _git.Root, "--days", "3650", "--print"]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        code.ShouldBe(0, error.ToString());
        return [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
    }
}
