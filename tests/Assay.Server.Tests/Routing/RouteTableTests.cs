using System.Collections;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Routing;

namespace Assay.Server.Tests.Routing;

public sealed class RouteTableTests : IDisposable
{
    private readonly AssayConfig _config = new()
    {
        Providers =
        {
            ["openai"] = new() { Format = "openai", BaseUrl = "https://api.example.com" },
            ["claude"] = new() { Format = "anthropic", BaseUrl = "https://api.example.com/anthropic/" },
            ["house"] = new() { Format = "openai", BaseUrl = "http://10.0.0.5:8000/v1", InHouse = true },
        },
        Models =
        {
            ["gpt-*"] = new() { Targets = ["openai"] },
            ["gpt-5*"] = new() { Targets = ["house"] },
            ["gpt-5.5"] = new() { Targets = ["openai/gpt-5.5-2026"] },
            ["code"] = new() { Targets = ["claude", "openai", "house/qwen"], Policy = "prefer-in-house" },
        },
    };

    private readonly RouteTable _table;

    public RouteTableTests() => _table = new RouteTable(_config, new Hashtable(), TimeProvider.System);

    public void Dispose() => _table.Dispose();

    [Theory]
    [InlineData("gpt-5.5", "openai", "gpt-5.5-2026")]
    [InlineData("gpt-5.4", "house", null)]
    [InlineData("gpt-4", "openai", null)]
    [InlineData("code", "claude", null)]
    public void An_exact_name_goes_before_the_longest_wildcard(string model, string provider, string? asked)
    {
        var target = First(_table, model, WireFormat.OpenAI).ShouldNotBeNull();

        target.Provider.Name.ShouldBe(provider);
        target.Model.ShouldBe(asked);
    }

    [Fact]
    public void A_target_must_speak_the_caller_s_format_unless_the_call_can_be_translated()
    {
        var embedding = new RouteMatch(WireFormat.OpenAI, Operation.Embeddings);
        _table.Find("code")!.Able(embedding).Select(target => target.Provider.Name).ShouldBe(["openai", "house"]);
        First(_table, "code", WireFormat.Anthropic)!.Provider.Name.ShouldBe("claude");
        First(_table, "gpt-4", WireFormat.Anthropic)!.Provider.Name.ShouldBe("openai");
    }

    [Fact]
    public void A_name_without_a_route_leads_nowhere() => _table.Find("llama").ShouldBeNull();

    [Theory]
    [InlineData("openai", "https://api.example.com/v1/responses?x=%20")]
    [InlineData("claude", "https://api.example.com/anthropic/v1/responses?x=%20")]
    [InlineData("house", "http://10.0.0.5:8000/v1/responses?x=%20")]
    public void A_base_address_may_have_a_path_and_the_version(string provider, string address)
    {
        _table.Providers[provider].Address("/v1/responses", "?x=%20").ToString().ShouldBe(address);
    }

    [Fact]
    public void Without_routes_every_name_is_passed_on()
    {
        using var table = new RouteTable(new AssayConfig { Providers = _config.Providers }, new Hashtable(), TimeProvider.System);

        First(table, "anything", WireFormat.Anthropic)!.Provider.Name.ShouldBe("claude");
        table.Find("anything")!.Able(new RouteMatch(WireFormat.OpenAI, Operation.ChatCompletions)).Count
            .ShouldBe(1, "nobody said that a second provider knows the same names");
    }

    private static Target? First(RouteTable table, string model, WireFormat format) =>
        table.Find(model)!.Able(new RouteMatch(format, Operation.ChatCompletions)) is [var first, ..] ? first : null;
}
