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

        using var output = new StringWriter();
        using var error = new StringWriter();
        var site = new JudgeSite(_git.Root, _ => null, output, error, IsTerminal: false, new ManualTime(EntrySample.Noon));
        var code = await new RootCommand { ScanCommand.Create(site) }
            .Parse(["scan", _git.Root, "--days", "3650", "--print"]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        code.ShouldBe(0, error.ToString());
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonSerializer.Deserialize<JsonElement>(l)).ToList();
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
}
