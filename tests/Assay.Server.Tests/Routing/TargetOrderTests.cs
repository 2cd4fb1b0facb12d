using System.Collections;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Routing;

namespace Assay.Server.Tests.Routing;

public sealed class TargetOrderTests : IDisposable
{
    private readonly AssayConfig _config = new()
    {
        Providers =
        {
            ["openai"] = new() { Format = "openai", BaseUrl = "https://api.example.com" },
            ["spare"] = new() { Format = "openai", BaseUrl = "https://spare.example.com" },
            ["house"] = new() { Format = "openai", BaseUrl = "http://10.0.0.5:8000", InHouse = true },
        },
        Prices =
        {
            Overrides =
            {
                new() { Provider = "openai", Model = "big", Prices = { ["input"] = "3", ["output"] = "15" } },
                new() { Provider = "spare", Model = "big", Prices = { ["input"] = "1", ["output"] = "5" } },
                new() { Provider = "house", Model = "big", Prices = { ["input"] = "2", ["output"] = "6" } },
            },
        },
    };

    private readonly TargetOrder _order;
    private RouteTable? _table;

    public TargetOrderTests() => _order = new TargetOrder(new Pricing(_config.Prices), new UsageEstimator());

    public void Dispose() => _table?.Dispose();

    [Theory]
    [InlineData("ordered", "openai spare house")]
    [InlineData("prefer-in-house", "house openai spare")]
    [InlineData("cheapest", "spare house openai")]
    public void A_policy_decides_who_goes_first(string policy, string order) => Names(Route(policy)).ShouldBe(order);

    [Theory]
    [InlineData("platform", "coding", 1000, "openai spare house")]
    [InlineData("platform", "coding", 100, "house openai spare")]
    [InlineData("platform", "chat", 1000, "house openai spare")]
    [InlineData("sales", "coding", 1000, "house openai spare")]
    public void An_exception_from_preferring_the_house_holds_when_all_that_it_states_holds(
        string team, string useCase, int tokens, string order)
    {
        var route = Route("prefer-in-house", r => r.Exceptions.Add(
            new() { Team = "platform", UseCase = "coding", ContextTokensMin = 1000 }));

        Names(route, Question(teams: ["org", team], useCase: useCase, bytes: tokens * 4)).ShouldBe(order);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"hi"}]}""", "house openai spare")]
    [InlineData("""{"tools":[{"name":"f"}],"messages":[{"role":"user","content":"hi"}]}""", "house openai spare")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","data":"AA"}}]}]}""", "openai spare")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x"}}]}]}""", "openai spare")]
    [InlineData("""{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"AA"}}]}]}""", "openai spare")]
    [InlineData("""{"contents":[{"parts":[{"inlineData":{"mimeType":"audio/wav","data":"AA"}}]}]}""", "house openai spare")]
    [InlineData("""{"messages":[{"role":"user","content":"say \\"image_url\\" and \\"type\\":\\"image\\""}]}""", "house openai spare")]
    [InlineData("""{"tools":[{"name":"f","parameters":{"properties":{"type":"image"}}}],"messages":[]}""", "house openai spare")]
    public void A_model_that_cannot_do_what_a_call_needs_is_not_asked(string body, string order)
    {
        _config.Capabilities["house/*"] = new() { Vision = false };
        var route = Route("prefer-in-house");

        Names(route, Question(body)).ShouldBe(order);
    }

    [Fact]
    public void What_is_too_long_for_a_model_goes_to_one_that_takes_it_and_pictures_are_not_counted_as_text()
    {
        _config.Capabilities["house/big"] = new() { ContextTokens = 1000 };
        var route = Route("prefer-in-house");

        Names(route, Question($$$"""{"messages":[{"role":"user","content":"{{{new string('a', 3000)}}}"}]}""")).ShouldBe("house openai spare");
        Names(route, Question($$$"""{"messages":[{"role":"user","content":"{{{new string('a', 5000)}}}"}]}""")).ShouldBe("openai spare");
        Names(route, Question($$$"""{"contents":[{"parts":[{"inlineData":{"mimeType":"image/png","data":"{{{new string('a', 9000)}}}"}}]}]}"""))
            .ShouldBe("house openai spare");
    }

    [Fact]
    public void An_exception_can_be_made_for_what_a_call_needs()
    {
        var route = Route("prefer-in-house", r => r.Exceptions.Add(new() { Needs = { "tools" } }));

        Names(route, Question("""{"tools":[{"name":"f"}],"messages":[]}""")).ShouldBe("openai spare house");
        Names(route, Question("""{"tools":[],"messages":[]}""")).ShouldBe("house openai spare");
    }

    [Fact]
    public void A_canary_answers_its_share_of_the_sessions_and_the_others_stand_behind_it()
    {
        var route = Route("ordered", r => r.Canary = new() { Target = "spare/new", Percent = 20 });

        var firsts = Enumerable.Range(0, 4000)
            .Select(i => _order.For(route, Question(affinity: $"session-{i}")).Select(target => target.Model).ToList())
            .ToList();

        // A standard error of 0.6 points.
        (firsts.Count(models => models[0] == "new") / 4000.0).ShouldBe(0.20, 0.025);
        firsts.Where(models => models[0] == "new").ShouldAllBe(models => models.Count == 4);
        firsts.Where(models => models[0] != "new").ShouldAllBe(models => !models.Contains("new"));
        _order.For(route, Question(affinity: "session-7"))[0].Model.ShouldBe(firsts[7][0]);
    }

    [Fact]
    public void Weights_share_sessions_out_and_each_session_stays_where_it_is()
    {
        var route = Route("weighted", r =>
        {
            r.Weights["openai/big"] = 3;
            r.Weights["house/big"] = 0;
        });

        var firsts = Enumerable.Range(0, 4000)
            .Select(i => Names(route, Question(affinity: $"session-{i}")).Split(' '))
            .ToList();

        // Three quarters with a standard error of 0.7 points; a weight of nothing is for falling back only.
        (firsts.Count(names => names[0] == "openai") / 4000.0).ShouldBe(0.75, 0.03);
        firsts.ShouldAllBe(names => names[2] == "house");
        Names(route, Question(affinity: "session-7")).ShouldBe(string.Join(' ', firsts[7]));
    }

    [Fact]
    public void A_session_stays_with_what_was_cheapest_at_its_first_call_until_it_was_quiet_for_an_hour()
    {
        const int Long = 4 * 300_000;
        const long Hour = 60 * 60 * 1000;
        _config.Prices.Overrides[1].Prices["input"] = "1; above 200000: 100";
        var order = new TargetOrder(new Pricing(_config.Prices), new UsageEstimator());
        var route = Route("cheapest");

        First(Question(bytes: 400) with { IsSession = true }).ShouldBe("spare");
        First(Question(bytes: Long, nowMs: Hour - 1) with { IsSession = true }).ShouldBe("spare");
        First(Question(bytes: Long, affinity: "another", nowMs: Hour) with { IsSession = true }).ShouldBe("house");
        First(Question(bytes: Long, nowMs: Hour)).ShouldBe("house", "a key is no session");
        First(Question(bytes: Long, nowMs: (3 * Hour) - 1) with { IsSession = true }).ShouldBe("house");

        string First(RouteQuestion question) => order.For(route, question)[0].Provider.Name;
    }

    [Fact]
    public void Whoever_is_away_goes_behind_those_who_are_well_and_comes_back()
    {
        var route = Route("ordered");
        route.Targets[0].Health.Busy(0, TimeSpan.FromSeconds(10));

        Names(route, Question(nowMs: 9_999)).ShouldBe("spare house openai");
        Names(route, Question(nowMs: 10_000)).ShouldBe("openai spare house");
        Names(route, Question(nowMs: 10_001)).ShouldBe("spare house openai", "one call tries, the others wait");
    }

    [Fact]
    public void When_all_are_away_they_are_tried_all_the_same()
    {
        var route = Route("ordered");
        foreach (var target in route.Targets)
        {
            target.Health.Busy(0, null);
        }

        Names(route, Question(nowMs: 1)).ShouldBe("openai spare house");
    }

    private static RouteQuestion Question(
        string[]? teams = null, string useCase = "", string affinity = "s", int bytes = 400, long nowMs = 0) =>
        new(new RouteMatch(WireFormat.OpenAI, Operation.ChatCompletions), teams ?? ["org"], useCase, affinity, bytes, "code", nowMs);

    private static RouteQuestion Question(string body) =>
        Question(bytes: body.Length) with { Needs = CallNeeds.Read(System.Text.Encoding.UTF8.GetBytes(body)) };

    private ModelRoute Route(string policy, Action<RouteConfig>? configure = null)
    {
        var route = new RouteConfig { Targets = ["openai/big", "spare/big", "house/big"], Policy = policy };
        configure?.Invoke(route);
        _config.Models["code"] = route;
        _table = new RouteTable(_config, new Hashtable(), TimeProvider.System);
        return _table.Find("code")!;
    }

    private string Names(ModelRoute route) => Names(route, Question());

    private string Names(ModelRoute route, RouteQuestion question) =>
        string.Join(' ', _order.For(route, question).Select(target => target.Provider.Name));
}
