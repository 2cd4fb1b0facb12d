using System.Net;
using Assay.Judgments.Entries;
using Assay.Judgments.Tests.Judge;
using Assay.Judgments.Tests.Seals;
using Assay.Server.Hosting;

namespace Assay.Judgments.Tests.Server;

/// <summary>Real git, a real server, and the commands between them.</summary>
public sealed class ServerFlowTests : IDisposable
{
    private readonly GitSandbox _git = new();

    public void Dispose() => _git.Dispose();

    [Fact]
    public async Task A_signed_webhook_has_the_repository_fetched_and_rewritten_history_is_revealed()
    {
        _git.Write(EntrySample.Entry(1));
        _git.Commit();
        await using var server = await LogOnServer.StartAsync(_git.Root);
        await server.UntilHeadAsync(LogOnServer.Shop, _git.Run("git rev-parse HEAD"));
        (await server.GetAsync("judgments?repository=acme/shop")).GetProperty("found").GetInt32().ShouldBe(1);

        // What looks like a new root is a history without what the witness saw.
        _git.Run($"""
            git checkout -q --orphan other && git rm -rqf . && git commit -q --allow-empty -m other
            git branch -qM main
            """);
        _git.Write(EntrySample.Entry(1) with { Confidence = 99 });
        _git.Write(EntrySample.Entry(2));
        _git.Commit("rewritten");
        (await server.WebhookAsync(LogOnServer.Shop, "not-the-secret")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.WebhookAsync("acme/unknown", LogOnServer.Secret)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.WebhookAsync(LogOnServer.Shop, LogOnServer.Secret)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await server.UntilHeadAsync(LogOnServer.Shop, _git.Run("git rev-parse HEAD"));

        var repository = await server.RepositoryAsync(LogOnServer.Shop);
        repository.GetProperty("witness").GetString().ShouldBe("intact");
        var alarm = repository.GetProperty("alarms").EnumerateArray().ShouldHaveSingleItem();
        alarm.GetProperty("kind").GetString().ShouldBe("rewritten");
        alarm.GetProperty("id").GetString().ShouldBe(EntrySample.Id(1).ToString("D"));
    }

    [Fact]
    public async Task A_push_told_by_GitLab_is_taken_in_and_one_to_another_branch_or_with_another_token_is_not()
    {
        _git.Write(EntrySample.Entry(1));
        _git.Commit();
        await using var server = await LogOnServer.StartAsync(_git.Root);
        await server.UntilHeadAsync(LogOnServer.Shop, _git.Run("git rev-parse HEAD"));
        _git.Write(EntrySample.Entry(2));
        _git.Commit();

        // None of these has anything fetched: if one had, it would be before the last, which is.
        (await server.GitLabAsync(LogOnServer.Shop, "not-the-secret")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.GitLabAsync(LogOnServer.Shop, "")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.GitLabAsync("acme/unknown", LogOnServer.Secret)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await server.GitLabAsync(LogOnServer.Shop, LogOnServer.Secret, branch: "work")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await server.GitLabAsync(LogOnServer.Shop, LogOnServer.Secret, hook: "Tag Push Hook")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await server.RepositoryAsync(LogOnServer.Shop)).GetProperty("head").GetString().ShouldBe(_git.Run("git rev-parse HEAD~1"));

        (await server.GitLabAsync(LogOnServer.Shop, LogOnServer.Secret)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await server.UntilHeadAsync(LogOnServer.Shop, _git.Run("git rev-parse HEAD"));
        (await server.GetAsync("judgments?repository=acme/shop")).GetProperty("found").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_pipeline_pushes_verifies_against_the_witness_and_carries_decisions_into_git()
    {
        _git.Write(EntrySample.Entry(1));
        var draft = EntrySample.Entry(2) with { Status = JudgmentStatus.Proposed, Owner = null, Confidence = null };
        _git.Write(draft);
        _git.Commit();
        await using var server = await LogOnServer.StartAsync("");
        var ada = await server.KeyOfAsync("ada@example.com");
        var eve = await server.KeyOfAsync("eve@example.com");
        var judge = new JudgeTerminal(_git) { Environment = { ["ASSAY_URL"] = server.Address.ToString(), ["ASSAY_KEY"] = ada } };

        var (code, _, error) = await judge.RunAsync("push", "--repository", LogOnServer.Pushed);
        code.ShouldBe(2);
        error.ShouldContain("You may not push");

        judge.Environment["ASSAY_KEY"] = await server.AgentKeyAsync("ci", "ada@example.com");
        (await judge.OkAsync("push", "--repository", LogOnServer.Pushed)).ShouldContain("2 entries, 1 sealed; the witness added 1 lines.");
        _git.Run("git config assay.repository acme/pushed");
        (await judge.OkAsync("verify", "--witness", "server")).ShouldContain("1 sealed, 0 broken.");

        // On the page the draft is Ada's, who committed it; nobody else can decide, whatever they send.
        (await PageOf.DecideAsync(server, eve, draft.Id, "accept", "80")).ShouldBe(HttpStatusCode.Forbidden);
        (await PageOf.DecideAsync(server, judge.Environment["ASSAY_KEY"], draft.Id, "accept", "80")).ShouldBe(HttpStatusCode.Unauthorized);
        (await PageOf.DecideAsync(server, ada, draft.Id, "accept", "101")).ShouldBe(HttpStatusCode.BadRequest);
        (await PageOf.DecideAsync(server, ada, draft.Id, "accept", "80")).ShouldBe(HttpStatusCode.Found);
        (await PageOf.DecideAsync(server, ada, draft.Id, "accept", "90")).ShouldBe(HttpStatusCode.Conflict);
        (await server.Server.Parts.Store.Directory.AuditAsync(null, 100, TestContext.Current.CancellationToken))
            .Count(a => a.Action == "ForgeJudgment" && a.Subject == $"judgment:{draft.Id:D}").ShouldBe(1);

        // Until it is in git it is a draft there; the pipeline carries it, and the commit says whose decision it is.
        _git.Run("git config user.email ci@example.com");
        (await judge.OkAsync("pull", "--commit")).ShouldContain("accepted by ada@example.com");
        _git.Run("git log -1 --format=%B").ShouldContain("Judged-by: ada@example.com");
        (await judge.OkAsync("push")).ShouldContain("2 entries, 2 sealed");
        (await judge.OkAsync("pull")).ShouldContain("Nothing waits.");
        (await judge.RunAsync("check")).Output.ShouldNotContain("JL005");
        var entry = (await server.GetAsync($"judgments/{draft.Id:D}")).GetProperty("judgment");
        (entry.GetProperty("status").GetString(), entry.GetProperty("owner").GetString(), entry.GetProperty("confidence").GetInt32())
            .ShouldBe(("accepted", "ada@example.com", 80));

        // Somebody rewrites what was accepted and pushes with force: git sees nothing, the witness does.
        _git.Run($"sed -i 's/confidence: 70/confidence: 95/' {EntrySample.Path(1)} && git add -A && git commit -q -m x && git reset -q --soft HEAD~2 && git commit -q --amend -m root");
        var rewritten = await judge.RunAsync("verify", "--witness", "server");
        rewritten.Code.ShouldBe(1);
        rewritten.Output.ShouldContain("JL103");
        (await judge.RunAsync("push")).ShouldSatisfyAllConditions(r => r.Code.ShouldBe(1), r => r.Error.ShouldContain("rewritten"));
    }

    [Theory]
    [InlineData("git@github.com:acme/shop.git", "acme/shop")]
    [InlineData("https://github.com/acme/shop", "acme/shop")]
    [InlineData("ssh://git@example.com/acme/shop.git", "acme/shop")]
    [InlineData("/srv/git/shop.git", "shop")]
    public void The_name_comes_from_origin(string remote, string name) => Assay.Judge.LogServer.NameOf(remote).ShouldBe(name);

    [Theory]
    [InlineData("fetchFrom", "ext::sh -c id")]
    [InlineData("fetchFrom", "--upload-pack=id")]
    [InlineData("fetchFrom", "relative/path")]
    [InlineData("branch", "--all")]
    [InlineData("webhookSecret", "env:")]
    [InlineData("pushers", "everybody")]
    public void A_configuration_that_could_run_a_program_or_names_nobody_is_refused(string key, string value)
    {
        var repository = new JudgmentRepositoryConfig();
        _ = key switch
        {
            "fetchFrom" => repository.FetchFrom = value,
            "branch" => repository.Branch = value,
            "webhookSecret" => repository.WebhookSecret = value,
            _ => (repository.Pushers = [value])[0],
        };
        var config = new AssayConfig { Judgments = { Repositories = { ["acme/shop"] = repository } } };

        ConfigRules.Check(config).ShouldContain(f => f.StartsWith($"judgments.repositories.acme/shop.{key}: ", StringComparison.Ordinal));
    }
}
