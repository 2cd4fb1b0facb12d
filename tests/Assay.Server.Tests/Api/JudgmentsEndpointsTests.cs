using System.Net;
using System.Text.Json;
using Assay.Judgments.Entries;
using Assay.Judgments.Seals;
using Assay.Outcomes.Ladder;
using Assay.Server.Outcomes;
using Assay.Server.Tests.Judgments;

namespace Assay.Server.Tests.Api;

public sealed class JudgmentsEndpointsTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_pipeline_pushes_and_everybody_finds_what_was_decided()
    {
        await RegisterAsync("acme/find");
        var old = EntrySample.Entry(1) with { Title = "Locks in Redis", Affects = ["src/Locks/**"] };
        var live = EntrySample.Entry(2) with
        {
            Title = "Leases in the store",
            Supersedes = [old.Id],
            Confidence = 40,
            Ai = new(AiRole.Proposed, AiRelation.Overrode, null, null, ["s9"]),
        };
        var pushed = await host.As("ci").Post("/judgments/push", Push("acme/find", Snapshots.Of(old, live)));
        pushed.ShouldBe(HttpStatusCode.OK).Json.GetProperty("added").GetArrayLength().ShouldBe(2);

        var ada = host.As("ada");
        Titles(await ada.Get("/judgments?repository=acme/find&q=locks")).ShouldBe(["Locks in Redis"]);
        Titles(await ada.Get("/judgments?repository=acme/find&status=live")).ShouldBe(["Leases in the store"]);
        Titles(await ada.Get("/judgments?repository=acme/find&status=superseded&area=src/Locks/Lease.cs")).ShouldBe(["Locks in Redis"]);
        Titles(await ada.Get("/judgments?repository=acme/find&relation=overrode&below=50&owner=ada&stage=tradeoff")).ShouldBe(["Leases in the store"]);
        var first = await ada.Get("/judgments?repository=acme/find&limit=1");
        first.Json.GetProperty("found").GetInt32().ShouldBe(2);
        Titles(await ada.Get("/judgments?repository=acme/find&limit=1&cursor=" + first.Field("nextCursor"))).Length.ShouldBe(1);

        var one = await ada.Get($"/judgments/{old.Id:D}");
        one.Json.GetProperty("judgment").GetProperty("live").GetBoolean().ShouldBeFalse();
        one.Json.GetProperty("judgment").GetProperty("supersededBy")[0].GetString().ShouldBe(live.Id.ToString("D"));
        one.Json.GetProperty("chain").GetArrayLength().ShouldBe(2);
        one.Field("text").ShouldBe(Snapshots.File(old).Text);

        // What the witness keeps is what `assay judge verify --witness` reads.
        var seals = await ada.Get("/judgments/seals?repository=acme/find");
        SealList.Read(new StringReader(seals.Text))[old.Id].ShouldBe(Snapshots.File(old).Blob);
        var repository = (await ada.Get("/repositories")).Json.GetProperty("repositories").EnumerateArray().Single(r => r.GetProperty("name").GetString() == "acme/find");
        (repository.GetProperty("witness").GetString(), repository.GetProperty("sealed").GetInt32()).ShouldBe(("intact", 2));
    }

    [Fact]
    public async Task Who_is_not_named_may_not_push_and_the_attempt_is_written_down()
    {
        await RegisterAsync("acme/forge");
        var forged = EntrySample.Entry(11) with { Owner = "fin@example.com", Confidence = 100 };

        (await host.As("ada").Post("/judgments/push", Push("acme/forge", Snapshots.Of(forged)))).ShouldBe(HttpStatusCode.Forbidden);

        (await host.As("ada").Get($"/judgments/{forged.Id:D}")).ShouldBe(HttpStatusCode.NotFound);
        var audit = (await host.Store.Directory.AuditAsync(null, 50, ApiHost.Ct)).First(a => a.Action == "ForgeJudgment" && a.Subject == "repository:acme/forge");
        audit.Actor.ShouldBe("p_ada");
        (await host.As("root").Post("/judgments/push", Push("acme/forge", Snapshots.Of(forged)))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_text_that_is_not_its_blob_is_not_believed()
    {
        await RegisterAsync("acme/blob");
        var good = Snapshots.Of(EntrySample.Entry(21));
        var bad = good with { Entries = [good.Entries[0] with { Text = good.Entries[0].Text.Replace("70", "99", StringComparison.Ordinal) }] };

        var answer = await host.As("ci").Post("/judgments/push", Push("acme/blob", bad));

        answer.ShouldBe(HttpStatusCode.BadRequest).Text.ShouldContain("is not git's name of this text");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"repository":"acme/shop","head":"x"}""")]
    [InlineData("""{"repository":"../etc","head":"0000000000000000000000000000000000000000"}""")]
    [InlineData("""{"repository":"acme/shop","head":"0000000000000000000000000000000000000000","entries":[null]}""")]
    [InlineData("""{"repository":"acme/shop","head":"0000000000000000000000000000000000000000","entries":[{"path":"a.md","text":"x"}]}""")]
    [InlineData("""{"repository":"acme/shop","head":"0000000000000000000000000000000000000000","seals":[{"id":"x"}]}""")]
    [InlineData("""{"repository":"acme/shop","head":"0000000000000000000000000000000000000000","breaches":[{}]}""")]
    [InlineData("""{"owner":"ada@example.com"}""")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    public async Task A_push_that_cannot_be_read_is_refused(string body) =>
        (await host.As("root").Post("/judgments/push", body)).ShouldBe(HttpStatusCode.BadRequest);

    [Theory]
    [InlineData("?status=accpeted")]
    [InlineData("?stage=1")]
    [InlineData("?below=high")]
    [InlineData("?overdue=maybe")]
    [InlineData("?nonsense=1")]
    public async Task A_question_that_is_misspelt_is_refused(string query) =>
        (await host.As("ada").Get("/judgments" + query)).ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task A_repository_of_a_team_is_seen_by_those_who_see_the_team()
    {
        (await host.As("root").Put("/repositories", """{"name":"sales/secret","team":"sales","pushers":["agent:ci"]}""")).ShouldBe(HttpStatusCode.OK);
        await host.As("root").Post("/judgments/push", Push("sales/secret", Snapshots.Of(EntrySample.Entry(31))));

        (await host.As("jon").Get($"/judgments/{EntrySample.Id(31):D}")).ShouldBe(HttpStatusCode.OK);
        (await host.As("aud").Get($"/judgments/{EntrySample.Id(31):D}")).ShouldBe(HttpStatusCode.OK);
        (await host.As("ada").Get($"/judgments/{EntrySample.Id(31):D}")).ShouldBe(HttpStatusCode.NotFound);
        (await host.As("ada").Get("/judgments/pending?repository=sales/secret")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"name":"../x"}""")]
    [InlineData("""{"name":"a/b","branch":"-x"}""")]
    [InlineData("""{"name":"a/b","team":"nowhere"}""")]
    [InlineData("""{"name":"a/b","pushers":["everybody"]}""")]
    [InlineData("""{"name":"a/b","fetchFrom":"/etc"}""")]
    public async Task A_repository_that_cannot_be_is_refused(string body) =>
        (await host.As("root").Put("/repositories", body)).ShouldBe(HttpStatusCode.BadRequest);

    [Fact]
    public async Task An_entry_is_joined_to_what_its_work_led_to()
    {
        await RegisterAsync("acme/joined");
        var entry = EntrySample.Entry(41) with
        {
            Refs = ["pr:#87", "JRA-412", "branch:leases", "branch:main"],
            Ai = new(AiRole.Proposed, AiRelation.Followed, null, null, ["s41"]),
        };
        (await host.As("ci").Post("/judgments/push", Push("acme/joined", Snapshots.Of(entry)))).ShouldBe(HttpStatusCode.OK);
        await host.Store.Outcomes.ApplyAsync(
            new OutcomeBatch
            {
                Outcomes =
                [
                    Led("acme/joined#87", OutcomeEvent.Accepted, title: "Leases"),
                    Led("acme/joined#88", OutcomeEvent.Abandoned, branch: "leases"),
                    Led("acme/joined#89", OutcomeEvent.Accepted, branch: "main"),
                    Led("acme/joined#90", OutcomeEvent.Proposed, work: "JRA-412"),
                    Led("acme/joined#91", OutcomeEvent.Proposed, work: "JRA-4121"),
                    Led("acme/other#1", OutcomeEvent.Accepted, commit: Snapshots.Hash(4141)) with { Repo = "acme/other" },
                ],
                Anchors = [new Anchor("s41", "acme/other", Snapshots.Hash(4141), 1, "p_ada", "trailer", 3)],
            },
            ApiHost.Ct);

        static string[] Joined(Answer answer) =>
        [
            .. answer.Json.GetProperty("outcomes").EnumerateArray()
                .Select(o => $"{o.GetProperty("ref").GetString()} {o.GetProperty("state").GetString()}: {o.GetProperty("by").GetString()}")
                .Order(StringComparer.Ordinal),
        ];
        string[] own = ["acme/joined#87 settled: its name in the entry", "acme/joined#88 abandoned: its branch leases in the entry", "acme/joined#90 proposed: JRA-412, which both name"];
        Joined(await host.As("aud").Get($"/judgments/{entry.Id:D}")).ShouldBe([.. own, "acme/other#1 settled: a session of the entry, which made a commit of it"]);

        // What another repository's team did is theirs to see.
        Joined(await host.As("ada").Get($"/judgments/{entry.Id:D}")).ShouldBe(own);
    }

    private static OutcomeReport Led(string name, OutcomeEvent what, string title = "", string branch = "", string? work = null, string? commit = null) => new()
    {
        Kind = "change",
        Source = "github",
        Ref = name,
        FactsMs = 1,
        Title = title,
        Repo = "acme/joined",
        Branch = branch,
        WorkRefs = work is null ? [] : [work],
        Commits = commit is null ? [] : [commit],
        Steps = [new OutcomeStep(what, 1_700_000_000_000)],
    };

    [Fact]
    public async Task Webhooks_without_a_known_signature_are_refused()
    {
        using var client = host.As(null);
        (await client.Post("/webhooks/github", """{"repository":{"full_name":"acme/shop"},"ref":"refs/heads/main"}""")).ShouldBe(HttpStatusCode.Unauthorized);
        (await client.Post("/webhooks/gitlab", """{"project":{"path_with_namespace":"acme/shop"}}""")).ShouldBe(HttpStatusCode.Unauthorized);
        (await client.Post("/webhooks/github", "{}")).ShouldBe(HttpStatusCode.Unauthorized);
        (await client.Post("/webhooks/github", "nonsense")).ShouldBe(HttpStatusCode.BadRequest);
        (await client.Post("/webhooks/gitlab", """{"project":{"path_with_namespace":7}}""")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task RegisterAsync(string name) =>
        (await host.As("root").Put("/repositories", $$"""{"name":"{{name}}","pushers":["agent:ci"]}""")).ShouldBe(HttpStatusCode.OK);

    internal static string Push(string repository, RepositorySnapshot snapshot) => JsonSerializer.Serialize(
        new
        {
            repository,
            head = snapshot.Head,
            entries = snapshot.Entries.Select(e => new { path = e.Path, blob = e.Blob, text = e.Text, commit = e.Commit, committedAt = e.CommittedAt, author = e.Author, judgedBy = e.JudgedBy }),
            seals = snapshot.Seals.Select(s => new { id = s.Id, blob = s.Blob, commit = s.Commit, at = s.At, path = s.Path }),
        });

    private static string[] Titles(Answer answer) =>
        [.. answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("judgments").EnumerateArray().Select(j => j.GetProperty("title").GetString()!)];
}
