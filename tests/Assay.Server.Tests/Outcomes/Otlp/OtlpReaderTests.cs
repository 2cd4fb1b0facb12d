using System.Text;
using System.Text.Json;
using Assay.Server.Directory;
using Assay.Server.Outcomes.Otlp;
using Assay.Server.Tests.Directory;
using static Assay.Server.Tests.Outcomes.Otlp.OtlpMessage;

namespace Assay.Server.Tests.Outcomes.Otlp;

/// <summary>What telemetry says, in both encodings, with the traps of each emitter.</summary>
public sealed class OtlpReaderTests
{
    private const long NowMs = SampleOrg.NowMs;
    private const long NowNs = NowMs * 1_000_000;
    private const string Sha = "0123456789abcdef0123456789abcdef01234567";

    private static readonly (string, object)[] s_claude = [("service.name", "claude-code"), ("service.version", "2.1.240"), ("os.type", "linux")];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Claude_codes_metrics_are_split_by_what_matters(bool isJson)
    {
        var batch = Read(OtlpSignal.Metrics, isJson, Metrics(
            [
                new("claude_code.token.usage", NowNs, 1200, Attributes: [("session.id", "s1"), ("type", "cacheRead"), ("model", "claude-opus-5"), ("query_source", "main"), ("app.version", "2.1.213")]),
                new("claude_code.cost.usage", NowNs, 0.0125, Attributes: [("session.id", "s1"), ("model", "claude-opus-5"), ("query_source", "main")]),
                new("claude_code.code_edit_tool.decision", NowNs, 1, Attributes: [("tool_name", "Edit"), ("decision", "reject"), ("source", "user_reject")]),
                new("claude_code.something_new", NowNs, 2),
                new("gen_ai.client.token.usage", NowNs, 500, Shape: "histogram", Attributes: [("gen_ai.token.type", "input"), ("gen_ai.request.model", "gpt-5.5")]),
                new("codex.turn.token_usage", NowNs, 7, Shape: "gauge"),
                new("process.cpu.time", NowNs, 3),
            ],
            isJson,
            s_claude));

        Told(batch).ShouldBe(
        [
            "claude-code 2.1.213 claude_code.token.usage claude-opus-5 cacheRead|main| 1200",
            "claude-code 2.1.240 claude_code.cost.usage claude-opus-5 main 0.0125",
            "claude-code 2.1.240 claude_code.code_edit_tool.decision  reject|user_reject|Edit 1",
            "claude-code 2.1.240 claude_code.something_new   2",
            "gen-ai 2.1.240 gen_ai.client.token.usage gpt-5.5 input 500",
        ]);
        (batch.Items, batch.Rejected).ShouldBe((7, 0));
        batch.Points.ShouldAllBe(p => p.IsDelta && p.TimeNs == NowNs && p.StartNs == 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Events_are_known_by_bare_and_by_whole_names_and_numbers_may_be_text(bool isJson)
    {
        var batch = Read(OtlpSignal.Logs, isJson, Logs(
            [
                new("", NowNs, Body: "claude_code.tool_decision", Attributes: [("event.name", "tool_decision"), ("decision", "accept"), ("source", "config"), ("tool_name", "Bash")]),
                new("", NowNs, Attributes: [("event.name", "tool_decision"), ("decision", "accept"), ("source", "config"), ("tool_name", "Bash")]),
                new("", NowNs, Attributes: [("event.name", "codex.sse_event"), ("event.kind", "response.completed"), ("input_token_count", "120"), ("output_token_count", 30L), ("model", "gpt-5.5")]),
                new("", NowNs, Attributes: [("event.name", "codex.sse_event"), ("event.kind", "response.created")]),
                new("gemini_cli.tool_call", NowNs, Attributes: [("function_name", "edit"), ("decision", "modify")]),
                new("gen_ai.client.inference.operation.details", NowNs, Attributes: [("gen_ai.usage.input_tokens", 10L), ("gen_ai.usage.output_tokens", 2L), ("gen_ai.request.model", "m")]),
                new("", NowNs, Body: "Just a line of some log"),
            ],
            isJson,
            s_claude));

        Told(batch).ShouldBe(
        [
            "claude-code 2.1.240 event/claude_code.tool_decision  accept|config|Bash 2",
            "codex 2.1.240 event/codex.tokens gpt-5.5 input 120",
            "codex 2.1.240 event/codex.tokens gpt-5.5 output 30",
            "gemini-cli 2.1.240 event/gemini_cli.tool_call  modify||edit 1",
            "gen-ai 2.1.240 event/gen_ai.tokens m input 10",
            "gen-ai 2.1.240 event/gen_ai.tokens m output 2",
            "gen-ai 2.1.240 event/gen_ai.client.inference.operation.details m  1",
        ]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_agents_span_is_not_counted_beside_the_calls_within_it(bool isJson)
    {
        var batch = Read(OtlpSignal.Traces, isJson, Traces(
            [
                new("invoke_agent x", NowNs, Attributes: [("gen_ai.operation.name", "invoke_agent"), ("gen_ai.usage.input_tokens", 300L)]),
                new("chat m", NowNs, Attributes: [("gen_ai.operation.name", "chat"), ("gen_ai.usage.input_tokens", 100L), ("gen_ai.usage.cache_read.input_tokens", 60L), ("gen_ai.request.model", "m")]),
                new("chat m", NowNs, Attributes: [("gen_ai.operation.name", "chat"), ("gen_ai.usage.input_tokens", "200"), ("gen_ai.request.model", "m")]),
                new("GET /", NowNs),
            ],
            isJson));

        Told(batch).ShouldBe(
        [
            "gen-ai  span/gen_ai.operations  invoke_agent 1",
            "gen-ai  span/gen_ai.operations m chat 2",
            "gen-ai  span/gen_ai.tokens m input 300",
            "gen-ai  span/gen_ai.tokens m cache_read 60",
        ]);
    }

    [Fact]
    public void A_commit_is_an_anchor_only_when_the_tool_says_that_it_made_it()
    {
        Item Result(string parameters, string success = "true") => new(
            "", NowNs, Body: "claude_code.tool_result",
            Attributes: [("session.id", "s1"), ("tool_name", "Bash"), ("success", success), ("tool_parameters", parameters)]);
        var batch = Read(OtlpSignal.Logs, false, Logs(
            [
                Result($$"""{"bash_command":"git","git_commit_id":"{{Sha}}"}"""),
                Result($$"""{"full_command":"git log","output":"{{Sha}}"}"""),
                Result($$"""{"git_commit_id":"{{Sha}}"}""", "false"),
                Result("""{"git_commit_id":"0123456"}"""),
                Result("""{"git_commit_id":"01234"""),
                new("", NowNs, Body: "claude_code.user_prompt", Attributes: [("session.id", "s1"), ("git_commit_id", Sha)]),
            ],
            false,
            s_claude));

        batch.Anchors.ShouldBe([new("s1", "", Sha, NowMs, "p_ada", "otel", null)]);
    }

    [Fact]
    public void Only_an_agents_key_speaks_for_others()
    {
        var told = Metrics([new("claude_code.commit.count", NowNs, 1, Attributes: [("user.email", "bob@example.com")])]);

        Read(OtlpSignal.Metrics, false, told).Keys.Single().PersonId.ShouldBe("p_ada");
        var byAgent = Read(OtlpSignal.Metrics, false, told, "ci").Keys.Single();
        (byAgent.PersonId, byAgent.TeamId).ShouldBe(("p_bob", "platform"));
    }

    [Fact]
    public void What_cannot_be_counted_is_refused_with_the_reason_and_the_rest_is_taken()
    {
        var batch = Read(OtlpSignal.Metrics, true, Metrics(
            [
                new("claude_code.commit.count", NowNs, 1),
                new("claude_code.commit.count", NowNs, -1),
                new("claude_code.commit.count", 0, 1),
                new("claude_code.commit.count", NowNs + (25L * 3600 * 1_000_000_000), 1),
            ],
            true));

        (batch.Points.Count, batch.Rejected, batch.RejectedBecause)
            .ShouldBe((1, 3, "A time is missing, more than a day ahead, or more than 400 days ago."));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"resourceMetrics":7}""")]
    [InlineData("""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"codex.x","sum":{"dataPoints":[{"timeUnixNano":"soon"}]}}]}]}]}""")]
    [InlineData("""{"resourceMetrics":[""")]
    public void Json_that_is_no_telemetry_is_told_apart(string json) =>
        Record.Exception(() => Read(OtlpSignal.Metrics, true, Encoding.UTF8.GetBytes(json))).ShouldNotBeNull(json);

    [Fact]
    public void Cut_and_damaged_messages_end_in_one_way()
    {
        Item[] items =
        [
            new("claude_code.token.usage", NowNs, 12.5, Attributes: [("type", "input"), ("n", 5L), ("b", true), ("d", 0.5)]),
            new("gen_ai.client.token.usage", NowNs, 500, Shape: "histogram", Attributes: [("gen_ai.token.type", "input")]),
        ];
        var random = new Random(3);
        foreach (var isJson in new[] { false, true })
        {
            var whole = Metrics(items, isJson, s_claude);
            for (var i = 0; i < 2000; i++)
            {
                var damaged = whole[..random.Next(whole.Length)].ToArray();
                for (var n = random.Next(3); n > 0 && damaged.Length > 0; n--)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                try
                {
                    Read(OtlpSignal.Metrics, isJson, damaged);
                }
                catch (Exception broken) when (broken is BrokenMessageException or JsonException or InvalidOperationException)
                {
                    // The one way.
                }
            }
        }
    }

    internal static TelemetryBatch Read(OtlpSignal signal, bool isJson, byte[] message, string who = "ada")
    {
        var directory = new DirectorySnapshot(SampleOrg.Data());
        var map = new TelemetryMap(directory.FindKey(KeySecrets.Hash(SampleOrg.SecretOf(who)))!, directory, NowMs);
        if (isJson)
        {
            new OtlpJson(new TextCache()).Read(signal, message, map);
        }
        else
        {
            new OtlpProtobuf(new TextCache()).Read(signal, message, map);
        }

        return map.Batch;
    }

    private static IEnumerable<string> Told(TelemetryBatch batch) => batch.Keys.Select((key, i) =>
        $"{key.Emitter} {key.Version} {key.Metric} {key.Model} {key.Detail} "
        + $"{batch.Points.Where(p => p.Key == i).Sum(p => p.Value) + (batch.Counts.Where(c => c.Key == i).Sum(c => c.Micros) / 1e6)}");
}
