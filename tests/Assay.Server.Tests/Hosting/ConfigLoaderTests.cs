using System.Collections;
using Assay.Server.Hosting;

namespace Assay.Server.Tests.Hosting;

public sealed class ConfigLoaderTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void The_example_of_the_contract_loads()
    {
        File.WriteAllText(_path, """
            { "urls": "http://127.0.0.1:8080", "data": "./assay-data",
              "store": "sqlite",                          // or postgres
              "providers": {
                "openai":    { "format": "openai",    "baseUrl": "https://api.openai.com", "apiKey": "env:OPENAI_API_KEY" },
                "anthropic": { "format": "anthropic", "baseUrl": "https://api.anthropic.com", "apiKey": "env:ANTHROPIC_API_KEY" },
                "metacode":  { "format": "openai",    "baseUrl": "http://10.0.0.5:8000", "inHouse": true } },
              "models": {
                "gpt-*": { "targets": ["openai"] },
                "code":  { "targets": ["metacode/qwen3-coder", "anthropic/claude-sonnet-5"], "policy": "prefer-in-house" } }
            }
            """);

        var config = Load();

        config.Providers["metacode"].InHouse.ShouldBeTrue();
        config.Models["code"].Targets.ShouldBe(["metacode/qwen3-coder", "anthropic/claude-sonnet-5"]);
    }

    [Fact]
    public void The_environment_wins_over_the_file_whatever_the_case()
    {
        File.WriteAllText(_path, """{ "urls": "http://127.0.0.1:1", "limits": { "bodyBytesMax": 5000 } }""");

        var config = Load(
            ("Assay__Urls", "http://127.0.0.1:2"),
            ("ASSAY__LIMITS__BODYBYTESMAX", "6000"),
            ("assay__providers__local__format", "openai"),
            ("assay__providers__local__baseUrl", "http://127.0.0.1:3"),
            ("assay__providers__local__inHouse", "true"),
            ("Assay__models", """{"m":{"targets":["local"]}}"""));

        config.Urls.ShouldBe("http://127.0.0.1:2");
        config.Limits.BodyBytesMax.ShouldBe(6000);
        config.Providers["local"].InHouse.ShouldBeTrue();
        config.Models["m"].Targets.ShouldBe(["local"]);
    }

    [Fact]
    public void Every_fault_is_told_and_names_its_key()
    {
        File.WriteAllText(_path, """
            { "urls": "nowhere", "store": "oracle", "timeZone": "Mars/Olympus", "onClientGone": "shrug",
              "providers": { "p q": { "format": "cobol", "baseUrl": "ftp://x", "apiKey": "file:/no/such/file" } },
              "models": { "a*b": { "targets": [] , "policy": "random" }, "m": { "targets": ["ghost"] } },
              "prices": { "unknown": "free", "fallbackInput": "0", "overrides": [ { "provider": "", "model": "*" } ] },
              "limits": { "bodyBytesMax": 1 }, "timeouts": { "idleSeconds": 0 } }
            """);

        var faults = Should.Throw<ConfigException>(() => Load()).Faults;

        foreach (var key in (string[])["urls", "store", "timeZone", "onClientGone", "providers.p q", "providers.p q.format",
            "providers.p q.baseUrl", "providers.p q.apiKey", "models.a*b", "models.a*b.targets", "models.a*b.policy",
            "models.m.targets", "prices.unknown", "prices.fallbackInput", "prices.overrides[0]", "limits.bodyBytesMax",
            "timeouts.idleSeconds"])
        {
            faults.ShouldContain(f => f.StartsWith(key + ":"), key);
        }
    }

    [Theory]
    [InlineData("""{ "provders": {} }""", "provders")]
    [InlineData("""{ "providers": { "x": { "fromat": "openai" } } }""", "fromat")]
    [InlineData("""{ "limits": { "bodyBytesMax": "many" } }""", "limits.bodyBytesMax")]
    [InlineData("[]", "object")]
    [InlineData("{ \"urls\": ", "line")]
    public void A_file_that_cannot_be_read_says_where(string json, string names)
    {
        File.WriteAllText(_path, json);

        Should.Throw<ConfigException>(() => Load()).Message.ShouldContain(names);
    }

    [Fact]
    public void A_file_that_is_named_must_be_there()
    {
        Should.Throw<ConfigException>(() => ConfigLoader.Load("/no/such/assay.json", new Hashtable()))
            .Message.ShouldContain("/no/such/assay.json");
    }

    private AssayConfig Load(params (string Name, string Value)[] environment)
    {
        var table = new Hashtable();
        foreach (var (name, value) in environment)
        {
            table[name] = value;
        }

        return ConfigLoader.Load(_path, table);
    }
}
