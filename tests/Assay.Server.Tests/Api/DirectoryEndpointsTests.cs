using System.Net;
using Assay.Server.Directory;
using Assay.Server.Tests.Directory;

namespace Assay.Server.Tests.Api;

public sealed class DirectoryEndpointsTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_team_is_created_once_and_the_same_again_changes_nothing()
    {
        var admin = host.As("root");
        const string Team = """{"id":"team-once","parent":"eng","name":"Once"}""";

        (await admin.Post("/teams", Team)).ShouldBe(HttpStatusCode.Created)
            .Text.ShouldBe("""{"id":"team-once","parent":"eng","name":"Once","attribution":"on"}""");
        var version = await host.Store.Directory.VersionAsync(ApiHost.Ct);
        (await admin.Post("/teams", Team)).ShouldBe(HttpStatusCode.OK);

        (await host.Store.Directory.VersionAsync(ApiHost.Ct)).ShouldBe(version);
        (await admin.Post("/teams", """{"id":"team-once"}""")).ShouldBe(HttpStatusCode.Conflict)
            .Field("detail").ShouldContain("PATCH /api/v1/teams/team-once");
    }

    [Fact]
    public async Task A_team_moves_with_all_below_it_but_not_under_itself()
    {
        var admin = host.As("root");
        await admin.Post("/teams", """{"id":"moves"}""");
        await admin.Post("/teams", """{"id":"moves-too","parent":"moves"}""");

        (await admin.Patch("/teams/moves", """{"parent":"sales"}""")).ShouldBe(HttpStatusCode.OK)
            .Field("parent").ShouldBe("sales");
        host.Snapshots.Current.Teams.PathOf("moves-too").ShouldBe(["moves-too", "moves", "sales", "org"]);
        (await admin.Patch("/teams/moves", """{"parent":"moves-too"}""")).ShouldBe(HttpStatusCode.BadRequest)
            .Text.ShouldContain("cannot be moved under itself");
        (await admin.Patch("/teams/org", """{"parent":"sales"}""")).ShouldBe(HttpStatusCode.BadRequest);
        (await admin.Patch("/teams/nowhere", "{}")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_person_is_known_by_email_in_any_case()
    {
        var admin = host.As("root");

        (await admin.Post("/people", """{"email":"New@Example.com","name":"New","team":"docs","role":"manager"}"""))
            .ShouldBe(HttpStatusCode.Created).Field("email").ShouldBe("new@example.com");
        (await admin.Post("/people", """{"email":"new@EXAMPLE.com","name":"New","team":"docs","role":"manager"}"""))
            .ShouldBe(HttpStatusCode.OK);
        (await admin.Post("/people", """{"email":"new@example.com","name":"Else"}"""))
            .ShouldBe(HttpStatusCode.Conflict);
        (await admin.Patch("/people/NEW@example.com", """{"role":"finance"}"""))
            .ShouldBe(HttpStatusCode.OK).Field("role").ShouldBe("finance");
    }

    [Fact]
    public async Task People_keep_their_own_spend_out_of_attribution_and_administrators_that_of_others()
    {
        (await host.As("ada").Patch("/me", """{"attribution":"off"}""")).ShouldBe(HttpStatusCode.OK).Field("attribution").ShouldBe("off");
        (await host.As("ada").Get("/me")).Json.GetProperty("person").GetProperty("attribution").GetString().ShouldBe("off");
        (await host.As("ada").Patch("/me", "{}")).Field("attribution").ShouldBe("off");

        (await host.As("root").Patch("/people/ada@example.com", """{"attribution":"on"}""")).Field("attribution").ShouldBe("on");
        (await host.As("root").Patch("/teams/sales", """{"attribution":"off"}""")).Field("attribution").ShouldBe("off");
        (await host.As("root").Post("/teams", """{"id":"sales","parent":"org","name":"Sales"}""")).Field("attribution").ShouldBe("off");
        (await host.As("root").Patch("/teams/sales", """{"attribution":"on"}""")).Field("attribution").ShouldBe("on");
    }

    [Fact]
    public async Task A_disabled_person_is_refused_with_all_their_keys_and_let_in_again()
    {
        var admin = host.As("root");
        await admin.Post("/people", """{"email":"leaver@example.com","name":"Leaver"}""");
        var key = await admin.Post("/keys", """{"owner":"leaver@example.com","name":"laptop"}""");
        var leaver = host.As("leaver", key.Field("secret"));
        (await leaver.Get("/me")).ShouldBe(HttpStatusCode.OK);

        (await admin.Patch("/people/leaver@example.com", """{"disabled":true}""")).ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("disabledAt").GetString().ShouldNotBeNull();
        (await leaver.Get("/me")).ShouldBe(HttpStatusCode.Unauthorized);
        (await admin.Patch("/people/leaver@example.com", """{"disabled":false}""")).ShouldBe(HttpStatusCode.OK);
        (await leaver.Get("/me")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_last_administrator_can_neither_resign_nor_be_disabled()
    {
        await using var alone = new ApiHost();
        await alone.InitializeAsync();
        var admin = alone.As("root");

        (await admin.Patch("/people/root@example.com", """{"role":"employee"}""")).ShouldBe(HttpStatusCode.Conflict);
        (await admin.Patch("/people/root@example.com", """{"disabled":true}""")).ShouldBe(HttpStatusCode.Conflict);
        await admin.Patch("/people/ada@example.com", """{"role":"admin"}""");
        (await admin.Patch("/people/root@example.com", """{"role":"employee"}""")).ShouldBe(HttpStatusCode.OK);
        (await admin.Post("/teams", """{"id":"late"}""")).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_agent_belongs_to_a_person_and_by_default_to_their_team()
    {
        var admin = host.As("root");

        var agent = (await admin.Post("/agents", """{"id":"bot","name":"Bot","owner":"ada@example.com"}"""))
            .ShouldBe(HttpStatusCode.Created);

        agent.Text.ShouldBe(
            """{"id":"bot","name":"Bot","owner":"ada@example.com","team":"platform","disabledAt":null}""");
        (await admin.Post("/agents", """{"id":"bot","name":"Bot","owner":"ada@example.com"}"""))
            .ShouldBe(HttpStatusCode.OK);
        (await admin.Post("/agents", """{"id":"bot","owner":"bob@example.com"}""")).ShouldBe(HttpStatusCode.Conflict);
        (await admin.Patch("/agents/bot", """{"owner":"bob@example.com","team":"ml","disabled":true}"""))
            .ShouldBe(HttpStatusCode.OK).Field("owner").ShouldBe("bob@example.com");
        (await admin.Patch("/agents/none", "{}")).ShouldBe(HttpStatusCode.NotFound);
        (await host.As("bob").Get("/agents")).Text.ShouldContain("\"bot\"");
    }

    [Fact]
    public async Task A_keys_secret_is_told_once_works_at_once_and_is_stored_nowhere()
    {
        var admin = host.As("root");

        var made = (await admin.Post(
            "/keys",
            """{"owner":"ada@example.com","name":"phone","useCase":"coding","models":["gpt-*"],"useCases":["coding"],"expiresAt":"2999-01-31T00:00:00+02:00"}"""))
            .ShouldBe(HttpStatusCode.Created);

        var secret = made.Field("secret");
        secret.ShouldStartWith("ask_");
        made.Field("expiresAt").ShouldBe("2999-01-30T22:00:00.000Z");
        (await host.As("ada", secret).Get("/me")).ShouldBe(HttpStatusCode.OK).Text.ShouldContain("phone");
        var identity = host.Snapshots.Current.FindKey(KeySecrets.Hash(secret)).ShouldNotBeNull();
        identity.AllowsModel("gpt-5").ShouldBeTrue();
        identity.AllowsModel("claude-sonnet-5").ShouldBeFalse();

        var listed = await admin.Get("/keys");
        listed.Text.ShouldContain("phone");
        listed.Text.ShouldNotContain("secret");
        listed.Text.ShouldNotContain(secret);
        (await admin.Get("/audit")).Text.ShouldNotContain(secret);
        (await admin.Post("/keys", """{"owner":"ada@example.com","name":"phone"}"""))
            .ShouldBe(HttpStatusCode.Conflict).Field("detail").ShouldContain(made.Field("id"));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_by_the_next_request()
    {
        var admin = host.As("root");
        var made = await admin.Post("/keys", """{"owner":"bob@example.com","name":"lost"}""");
        var bob = host.As("bob", made.Field("secret"));
        (await bob.Get("/me")).ShouldBe(HttpStatusCode.OK);

        (await bob.Delete($"/keys/{made.Field("id")}")).ShouldBe(HttpStatusCode.NoContent);

        (await bob.Get("/me")).ShouldBe(HttpStatusCode.Unauthorized);
        (await admin.Delete($"/keys/{made.Field("id")}")).ShouldBe(HttpStatusCode.NoContent);
        (await admin.Get("/keys?owner=bob@example.com")).Text.ShouldNotContain("lost");
        (await admin.Get("/keys?owner=bob@example.com&revoked=true")).Text.ShouldContain("lost");
        (await admin.Post("/keys", """{"owner":"bob@example.com","name":"lost"}""")).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_revocation_on_another_node_is_seen_after_one_refresh()
    {
        var made = await host.As("root").Post("/keys", """{"owner":"cyd@example.com","name":"elsewhere"}""");
        var cyd = host.As("cyd", made.Field("secret"));
        (await cyd.Get("/me")).ShouldBe(HttpStatusCode.OK);

        await host.Store.Directory.ChangeAsync(
            [new DirectoryChange.RevokeKey(made.Field("id"), 1)], "another node", ApiHost.Ct);
        await host.Snapshots.RefreshAsync(ApiHost.Ct);

        (await cyd.Get("/me")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_agents_key_is_no_more_than_an_employees_even_if_an_administrator_owns_the_agent()
    {
        var agent = host.As("ci");

        (await agent.Post("/teams", """{"id":"x"}""")).ShouldBe(HttpStatusCode.Forbidden)
            .Field("detail").ShouldContain("employee");
        var me = (await agent.Get("/me")).ShouldBe(HttpStatusCode.OK);
        me.Field("role").ShouldBe("employee");
        me.Json.GetProperty("agent").GetProperty("id").GetString().ShouldBe("ci");
        var keys = (await agent.Get("/keys")).Json.GetProperty("keys");
        keys.GetArrayLength().ShouldBe(1);
        keys[0].GetProperty("owner").GetString().ShouldBe("ci");
        (await agent.Delete("/keys/k_root")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        var admin = host.As("root");

        var seen = new List<string>();
        var cursor = "";
        do
        {
            var page = (await admin.Get($"/people?limit=5{cursor}")).ShouldBe(HttpStatusCode.OK).Json;
            var people = page.GetProperty("people").EnumerateArray().Select(p => p.GetProperty("email").GetString()!).ToList();
            people.Count.ShouldBeLessThanOrEqualTo(5);
            seen.AddRange(people);
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);

        seen.ShouldBeUnique();
        seen.ShouldBe(seen.Order(StringComparer.Ordinal));
        seen.Count.ShouldBe(host.Snapshots.Current.Data.People.Count);
    }

    [Fact]
    public async Task Who_changed_what_is_told_to_auditors()
    {
        await host.As("root").Post("/teams", """{"id":"audited"}""");

        var entries = (await host.As("aud").Get("/audit?limit=1000")).ShouldBe(HttpStatusCode.OK).Json.GetProperty("entries");

        var entry = entries.EnumerateArray().Single(e => e.GetProperty("subject").GetString() == "team:audited");
        entry.GetProperty("actor").GetString().ShouldBe("root@example.com");
        entry.GetProperty("action").GetString().ShouldBe("PutTeam");
        entry.GetProperty("before").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        entry.GetProperty("after").GetProperty("id").GetString().ShouldBe("audited");
        var page = (await host.As("aud").Get("/audit?limit=1")).Json;
        var next = page.GetProperty("nextCursor").GetString();
        (await host.As("aud").Get($"/audit?limit=1&cursor={next}")).Json.GetProperty("entries")[0]
            .GetProperty("id").GetString().ShouldNotBe(next);
    }

    [Fact]
    public async Task A_key_is_also_taken_from_x_api_key()
    {
        using var client = new HttpClient { BaseAddress = host.Address };
        client.DefaultRequestHeaders.Add("x-api-key", SampleOrg.SecretOf("ada"));

        (await client.Get("/me")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_unknown_path_and_a_wrong_method_are_problems_too()
    {
        (await host.As("root").Get("/nothing-here")).ShouldBe(HttpStatusCode.NotFound);
        (await host.As("root").AskAsync(HttpMethod.Put, "/teams", "{}")).ShouldBe(HttpStatusCode.MethodNotAllowed);
    }
}
