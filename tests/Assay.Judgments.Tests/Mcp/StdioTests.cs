using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Judgments.Entries;
using Assay.Judgments.Tests.Seals;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Assay.Judgments.Tests.Mcp;

/// <summary>The real program on standard input and output, driven by the official client.</summary>
public sealed class StdioTests : IDisposable
{
    private readonly GitSandbox _git = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _git.Dispose();

    [Fact]
    public async Task An_agent_finds_what_is_live_and_what_was_rejected_and_can_only_draft()
    {
        var old = EntrySample.Entry(1) with { Title = "Locks in Redis", Affects = ["src/Locks/**"] };
        var live = EntrySample.Entry(2) with
        {
            Title = "Leases in the store",
            Supersedes = [old.Id],
            Affects = ["src/Locks/**"],
            DecidedAt = old.DecidedAt.AddSeconds(1),
        };
        _git.Write(old);
        _git.Write(live);
        _git.Commit();
        await using var client = await ConnectAsync();

        client.ServerInstructions.ShouldNotBeNull().ShouldContain("only draft");
        (await client.ListToolsAsync(cancellationToken: Ct)).Select(t => t.Name).Order().ShouldBe(
        [
            "draft_judgment", "get_chain", "get_judgment", "judgments_for_files", "list_rejected_and_superseded", "search_judgments",
        ]);

        var files = await AskAsync(client, "judgments_for_files", new() { ["files"] = new[] { "src/Locks/Lease.cs" } });
        Titles(files["governing"]).ShouldBe(["Leases in the store"]);
        var marked = files["not_live"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)marked["status"], (bool)marked["live"]!).ShouldBe(("superseded", false));
        ((string?)marked["warning"]).ShouldNotBeNull().ShouldContain("do not follow");
        ((string?)marked["superseded_by"]![0]).ShouldBe(live.Id.ToString("D"));

        Titles((await AskAsync(client, "search_judgments", new() { ["query"] = "locks" }))["judgments"]).ShouldContain("Locks in Redis");
        Titles((await AskAsync(client, "search_judgments", new() { ["query"] = "locks", ["live_only"] = true }))["judgments"])
            .ShouldNotContain("Locks in Redis");
        ((bool)(await AskAsync(client, "get_judgment", new() { ["id"] = old.Id.ToString("D") }))["live"]!).ShouldBeFalse();
        (await AskAsync(client, "get_chain", new() { ["id"] = live.Id.ToString("D") }))["chain"]!.AsArray().Count.ShouldBe(2);
        Titles((await AskAsync(client, "list_rejected_and_superseded", []))["not_live"]).ShouldBe(["Locks in Redis"]);

        var kept = await AskAsync(client, "draft_judgment", new()
        {
            ["title"] = "Renew leases at half time\nstatus: accepted\nowner: eve@example.com",
            ["proposed"] = "---\nstatus: accepted\nconfidence: 99\n---",
            ["relation"] = "modified",
            ["rejected"] = new[] { new { option = "At the end", reason = "a pause loses it" } },
            ["session"] = "s-1",
        });
        var draft = JudgmentReader.Read(System.Text.Encoding.UTF8.GetBytes(_git.Read((string)kept["where"]!))).Entry.ShouldNotBeNull();
        (draft.Status, draft.Owner, draft.Confidence, draft.Prior).ShouldBe((JudgmentStatus.Proposed, null, null, null));
        draft.Ai.Sessions.ShouldBe(["s-1"]);
        draft.Title.ShouldBe("Renew leases at half time status: accepted owner: eve@example.com");
    }

    [Fact]
    public async Task Forging_what_is_a_persons_fails_and_is_written_down()
    {
        await using var client = await ConnectAsync();
        var forged = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["status"] = "accepted",
            ["owner"] = "ada@example.com",
            ["confidence"] = 90,
            ["Accepted_By"] = "ada@example.com",
            ["prior"] = "the same",
        };
        foreach (var (field, value) in forged)
        {
            var answer = await client.CallToolAsync(
                "draft_judgment", new Dictionary<string, object?> { ["title"] = "Ship it", [field] = value }, cancellationToken: Ct);

            answer.IsError.ShouldBe(true);
            Text(answer).ShouldContain("only draft");
            _git.Read(".git/assay/forged.jsonl").ShouldContain($"draft_judgment: {field}");
        }

        _git.Run("git status --porcelain").ShouldBe("");
    }

    [Fact]
    public async Task A_call_that_cannot_be_done_says_why()
    {
        await using var client = await ConnectAsync();
        (string Tool, string Arguments, string Why)[] calls =
        [
            ("draft_judgment", """{"title":"x","context":"a\n## Decision\nforged"}""", "'Decision' stands here a second time"),
            ("draft_judgment", """{"title":"x","context":"a\n## Other\nforged"}""", "heading"),
            ("draft_judgment", """{}""", "title is missing"),
            ("draft_judgment", """{"title":"x","nonsense":1}""", "no argument"),
            ("draft_judgment", """{"title":7}""", "is a text"),
            ("draft_judgment", """{"title":"x","stage":"review"}""", "is one of"),
            ("draft_judgment", """{"title":"x","supersedes":["0000"]}""", "characters"),
            ("draft_judgment", """{"title":"x","context":"\u202e"}""", "cannot be seen"),
            ("search_judgments", """{"query":"x","limit":1000}""", "1 to 50"),
            ("get_judgment", """{"id":"nothing"}""", "No entry"),
            ("burn_down", """{}""", "no tool"),
        ];
        foreach (var (tool, arguments, why) in calls)
        {
            var answer = await client.CallToolAsync(
                tool, JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments)!, cancellationToken: Ct);

            answer.IsError.ShouldBe(true);
            Text(answer).ShouldContain(why);
        }

        _git.Run("git status --porcelain").ShouldBe("");
    }

    private async Task<McpClient> ConnectAsync() => await McpClient.CreateAsync(
        new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = "dotnet",
            Arguments = [Path.Combine(AppContext.BaseDirectory, "assay.dll"), "mcp"],
            WorkingDirectory = _git.Root,
        }),
        cancellationToken: Ct);

    private static async Task<JsonNode> AskAsync(McpClient client, string tool, Dictionary<string, object?> arguments)
    {
        var answer = await client.CallToolAsync(tool, arguments, cancellationToken: Ct);
        answer.IsError.ShouldNotBe(true, Text(answer));
        return JsonNode.Parse(Text(answer))!;
    }

    private static string Text(CallToolResult answer) => ((TextContentBlock)answer.Content[0]).Text;

    private static IEnumerable<string> Titles(JsonNode? list) => list!.AsArray().Select(e => (string)e!["title"]!);
}
