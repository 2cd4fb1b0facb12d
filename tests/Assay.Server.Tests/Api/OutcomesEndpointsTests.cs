using System.Net;
using System.Text;
using Assay.Server.Hosting;

namespace Assay.Server.Tests.Api;

/// <summary>Outcomes are reported by those who may, and seen by those whom they concern.</summary>
public sealed class OutcomesEndpointsTests : IAsyncLifetime
{
    private readonly ApiHost _host = new()
    {
        Config = new AssayConfig
        {
            Outcomes = new OutcomesConfig
            {
                Reporters = ["agent:ci", "Lead@example.com"],
                Kinds = { ["translation"] = new() { Acceptance = "accepted", Unit = "page", CounterMetric = "complaints", Owner = "docs", SettleDays = 0 } },
            },
        },
    };

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_reported_outcome_is_seen_by_its_person_their_managers_and_the_company()
    {
        const string body = """
            {"kind":"ticket","ref":"SUP-12","event":"accepted","at":"2026-01-02T10:00:00+01:00","title":"Refund","person":"ada@example.com",
             "useCase":"support","value":"12.5","workRefs":["CASE-9"],"evidence":"the customer said so"}
            """;
        (await _host.As("ada").Post("/outcomes", body)).ShouldBe(HttpStatusCode.Forbidden);
        var told = (await _host.As("ci").Post("/outcomes", body)).ShouldBe(HttpStatusCode.OK);
        (await _host.As("lead").Post("/outcomes", body)).Field("id").ShouldBe(told.Field("id"), "told twice it is one");

        told.Field("rung").ShouldBe("settled");
        (told.Field("value"), told.Field("acceptedAt"), told.Field("settlesAt"), told.Field("team"))
            .ShouldBe(("12.500000000", "2026-01-02T09:00:00.000Z", "2026-01-16T09:00:00.000Z", "platform"));
        foreach (var (who, status) in new[] { ("ada", HttpStatusCode.OK), ("boss", HttpStatusCode.OK), ("fin", HttpStatusCode.OK), ("bob", HttpStatusCode.NotFound), ("ivy", HttpStatusCode.NotFound) })
        {
            (await _host.As(who).Get($"/outcomes/{told.Field("id")}")).Status.ShouldBe(status, who);
            (await _host.As(who).Get("/outcomes?rung=settled&kind=ticket")).Json.GetProperty("outcomes").GetArrayLength()
                .ShouldBe(status == HttpStatusCode.OK ? 1 : 0, who);
        }

        var detail = (await _host.As("ada").Get($"/outcomes/{told.Field("id")}")).Json;
        detail.GetProperty("steps").GetArrayLength().ShouldBe(1);
        detail.GetProperty("steps")[0].GetProperty("evidence").GetString()!.ShouldContain("the customer said so");
    }

    [Fact]
    public async Task A_table_is_taken_as_a_whole_or_not_at_all()
    {
        const string table = "\uFEFFkind;ref;event;at;title;person\r\n"
            + "translation;T-1;accepted;2026-01-02;\"Ein \"\"Titel\"\"; zwei\nZeilen\";\r\n"
            + "translation;T-1;reopened;2026-01-03;;\n"
            + "translation;T-2;accepted;2026-01-04;Two;ada@example.com\n\n";
        var refused = await ImportAsync(table.Replace("T-2;accepted", ";accepts", StringComparison.Ordinal).Replace("Zeilen", "Zeilen\u0007", StringComparison.Ordinal));
        refused.ShouldBe(HttpStatusCode.BadRequest);
        var errors = refused.Json.GetProperty("errors").EnumerateObject().Select(e => e.Name).ToList();
        errors.ShouldContain("line 5, ref");
        errors.ShouldContain("line 5, event");
        (await _host.As("root").Get("/outcomes?source=csv")).Json.GetProperty("outcomes").GetArrayLength().ShouldBe(0);

        var good = table.Replace("zwei\nZeilen", "zwei Zeilen", StringComparison.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            var taken = (await ImportAsync(good)).ShouldBe(HttpStatusCode.OK).Json;
            (taken.GetProperty("rows").GetInt32(), taken.GetProperty("outcomes").GetInt32()).ShouldBe((3, 2));
        }

        var all = (await _host.As("root").Get("/outcomes?source=csv&limit=1")).Json;
        all.GetProperty("outcomes")[0].GetProperty("ref").GetString().ShouldBe("T-2");
        var next = (await _host.As("root").Get($"/outcomes?source=csv&cursor={all.GetProperty("nextCursor").GetString()}")).Json;
        next.GetProperty("outcomes")[0].GetProperty("title").GetString().ShouldBe("Ein \"Titel\"; zwei Zeilen");
        next.GetProperty("outcomes")[0].GetProperty("rung").GetString().ShouldBe("settled", "its window has no days");
    }

    [Theory]
    [InlineData("kind,ref\na,b", "header")]
    [InlineData("kind,ref,event,colour\n", "header")]
    [InlineData("kind,ref,event,ref\n", "header")]
    [InlineData("kind,ref,event\nticket,a", "line 2")]
    [InlineData("kind,ref,event\n\"ticket,a,accepted", "body")]
    [InlineData("", "body")]
    public async Task A_table_that_is_none_is_refused(string table, string field)
    {
        var refused = await ImportAsync(table);
        refused.ShouldBe(HttpStatusCode.BadRequest);
        refused.Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(refused.Text);
    }

    [Theory]
    [InlineData("{}", "kind")]
    [InlineData("""{"kind":"miracle","ref":"a","event":"accepted"}""", "kind")]
    [InlineData("""{"kind":"ticket","event":"accepted"}""", "ref")]
    [InlineData("""{"kind":"ticket","ref":"a","event":"done"}""", "event")]
    [InlineData("""{"kind":"ticket","ref":"a","event":"accepted","at":"yesterday"}""", "at")]
    [InlineData("""{"kind":"ticket","ref":"a","event":"accepted","at":"2999-01-01T00:00:00Z"}""", "at")]
    [InlineData("""{"kind":"ticket","ref":"a","event":"accepted","url":"javascript:alert(1)"}""", "url")]
    [InlineData("""{"kind":"ticket","ref":"a","event":"accepted","person":"no@body.com"}""", "person")]
    [InlineData("""{"kind":"ticket","ref":"a","event":"accepted","team":"nowhere"}""", "team")]
    [InlineData("""{"kind":"ticket","ref":"a","event":"accepted","value":"-1"}""", "value")]
    [InlineData("""{"kind":"ticket","ref":"a","event":"accepted","commits":["abc"]}""", "commits")]
    [InlineData("""{"kind":"ticket","ref":"a","event":"accepted","linesAdded":-1}""", "linesAdded")]
    [InlineData("""{"kind":"ticket","ref":"a\u202e","event":"accepted"}""", "ref")]
    [InlineData("""{"kind":"ticket","ref":"a","event":"accepted","worth":"1"}""", "worth")]
    public async Task An_outcome_that_cannot_be_is_refused_with_what_to_write(string body, string field)
    {
        var refused = await _host.As("root").Post("/outcomes", body);
        refused.ShouldBe(HttpStatusCode.BadRequest);
        refused.Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(refused.Text);
    }

    [Fact]
    public async Task A_scan_tells_changes_reverts_and_sessions()
    {
        string Sha(int n) => n.ToString("x40", System.Globalization.CultureInfo.InvariantCulture);
        var body = $$"""
            {"repository":"acme/scan","changes":[
               {"ref":"acme/scan#1","title":"Add a cache","baseBranch":"origin/main","at":"2026-01-02T10:00:00Z","author":"ada@example.com","commits":["{{Sha(1)}}","{{Sha(2)}}"],
                "lines":{"added":40,"alive14":30,"alive30":12} }],
             "reverts":[{"commit":"{{Sha(9)}}","at":"2026-01-03T10:00:00Z","claims":[{"rule":"inverse-patch","target":"{{Sha(1)}}"}]}],
             "anchors":[{"session":"s-1","commit":"{{Sha(2)}}","at":"2026-01-02T09:00:00Z","evidence":"git-ai","lines":7}]}
            """;
        (await _host.As("ada").Post("/outcomes/scan", body)).ShouldBe(HttpStatusCode.Forbidden);
        for (var i = 0; i < 2; i++)
        {
            (await _host.As("ci").Post("/outcomes/scan", body)).ShouldBe(HttpStatusCode.OK).Json.GetProperty("rows").GetInt32().ShouldBe(3);
        }

        var outcome = (await _host.As("ada").Get("/outcomes?repo=acme/scan")).Json.GetProperty("outcomes").EnumerateArray().Single();
        (outcome.GetProperty("rung").GetString(), outcome.GetProperty("revertRule").GetString()).ShouldBe(("reverted", "inverse-patch"));
        outcome.GetProperty("linesAlive14").GetInt64().ShouldBe(30);
        var detail = (await _host.As("ada").Get($"/outcomes/{outcome.GetProperty("id").GetString()}")).Json;
        detail.GetProperty("sessions")[0].GetProperty("session").GetString().ShouldBe("s-1");
        var asked = (await _host.As("boss").Get($"/outcomes/{outcome.GetProperty("id").GetString()}")).Json;
        asked.GetProperty("sessions").GetArrayLength().ShouldBe(0, "which sessions is the author's business");

        foreach (var (broken, field) in new[]
        {
            ("""{"repository":"../x"}""", "repository"), ("""{"repository":"a/b","changes":[{"ref":"c/d#1","at":"2026-01-01"}]}""", "changes[0]"),
            ("""{"repository":"a/b","changes":[null]}""", "changes[0]"),
            ("""{"repository":"a/b","changes":[{"ref":"a/b#1","at":"2026-01-01","lines":{"added":5,"alive14":6}}]}""", "changes[0]"), ("""{"repository":"a/b","reverts":[{}]}""", "reverts[0]"),
            ("""{"repository":"a/b","anchors":[{"session":"s","commit":"x"}]}""", "anchors[0]"),
        })
        {
            (await _host.As("root").Post("/outcomes/scan", broken)).ShouldBe(HttpStatusCode.BadRequest)
                .Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(broken);
        }
    }

    private async Task<Answer> ImportAsync(string table)
    {
        using var content = new StringContent(table, Encoding.UTF8, "text/csv");
        using var answer = await _host.As("root").PostAsync("/api/v1/outcomes/import", content, ApiHost.Ct);
        return new Answer(answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync(ApiHost.Ct));
    }
}
