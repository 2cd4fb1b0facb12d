using System.Net;
using Assay.Ledger.Usage;
using Assay.Server.Hosting;
using Assay.Sim;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>A provider with several keys, and keys that a command prints.</summary>
public sealed class KeyRotationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_are_used_in_turn_and_a_session_stays_with_one()
    {
        await using var gateway = await StartAsync(["sk-1", "sk-2", "sk-3"]);
        using var http = gateway.Client();

        await CallAsync(http, 6);
        (await KeysSentAsync(gateway)).Order(StringComparer.Ordinal).ShouldBe(["sk-1", "sk-1", "sk-2", "sk-2", "sk-3", "sk-3"]);

        http.DefaultRequestHeaders.Add("x-assay-session", "s-1");
        await CallAsync(http, 3);
        (await KeysSentAsync(gateway)).Skip(6).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(401)]
    public async Task A_call_goes_on_with_another_key_and_the_first_is_left_alone(int status)
    {
        await using var gateway = await StartAsync(["sk-1", "sk-2"]);
        using var http = gateway.Client();
        gateway.Sim.Script.Enqueue($"status={status};retry-after=30");

        await CallAsync(http, 4);

        var sent = await KeysSentAsync(gateway);
        sent.Count.ShouldBe(5);
        sent.Skip(1).Distinct(StringComparer.Ordinal).ShouldBe([sent[0] == "sk-1" ? "sk-2" : "sk-1"]);
        var rows = await gateway.RequestsAsync();
        rows.Count(row => row.Resolution == Resolution.Voided).ShouldBe(1);
        rows.Count(row => row.Resolution == Resolution.Posted).ShouldBe(4);
    }

    [Fact]
    public async Task When_every_key_is_refused_the_client_gets_the_provider_s_own_answer_once()
    {
        await using var gateway = await StartAsync(["sk-1", "sk-2"]);
        using var http = gateway.Client();
        http.DefaultRequestHeaders.Add("x-sim", "status=429;retry-after=7");

        using var answer = await TranslationTests.SendAsync(http, "chat", "gpt-5.5", stream: false);

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        (await gateway.RequestsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_command_s_credential_is_used_kept_and_never_in_an_error()
    {
        var count = Path.GetTempFileName();
        await using var gateway = await StartAsync([$"cmd:echo run >> {count}; echo sk-from-command"]);
        using var http = gateway.Client();

        await CallAsync(http, 3);

        (await KeysSentAsync(gateway)).Distinct(StringComparer.Ordinal).ShouldBe(["sk-from-command"]);
        (await File.ReadAllLinesAsync(count, Cancel)).Length.ShouldBe(1);
        File.Delete(count);
    }

    [Theory]
    [InlineData("cmd:echo sk-half; echo sk-on-stderr >&2; exit 3", "ended with exit code 3")]
    [InlineData("cmd:true", "printed nothing")]
    public async Task A_command_that_fails_is_told_without_what_it_said_and_costs_nothing(string key, string says)
    {
        await using var gateway = await StartAsync([key]);
        using var http = gateway.Client();

        using var answer = await TranslationTests.SendAsync(http, "chat", "gpt-5.5", stream: false);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        text.ShouldContain(says);
        text.ShouldNotContain("sk-");
        (await gateway.OnlyRequestAsync()).Resolution.ShouldBe(Resolution.Voided);
    }

    private static async Task CallAsync(HttpClient http, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var answer = await TranslationTests.SendAsync(http, "chat", "gpt-5.5", stream: false);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    private static async Task<List<string>> KeysSentAsync(RunningGateway gateway)
    {
        await gateway.Sim.Tally.QuietAsync(Cancel);
        return [.. gateway.Sim.Tally.Calls.Select(call => gateway.Sim.Tally.Capture(call.Id)!.RequestHeaders
            .Single(header => header.Key == "Authorization").Value["Bearer ".Length..])];
    }

    private static Task<RunningGateway> StartAsync(string[] keys) => RunningGateway.StartAsync(
        config =>
        {
            config.Providers["openai"].ApiKey = keys[0];
            config.Providers["openai"].ApiKeys = [.. keys[1..]];
            ConfigRules.Check(config).ShouldBeEmpty();
        },
        new SimOptions { CapturesKeptMax = 100 });
}
