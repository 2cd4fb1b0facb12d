using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using Assay.Server.Hosting;
using Assay.Sim;
using Assay.Sim.Tally;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>Azure, Bedrock and Vertex behind any client, over real HTTP: the simulated clouds check signatures and bodies.</summary>
public sealed class CloudTests
{
    private const string AwsId = "AKIDEXAMPLE7";
    private const string AwsSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static readonly string[] s_clients = ["chat", "messages", "gemini"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("azure", "azure", "gpt-5.5")]
    [InlineData("azure-dated", "azure", "gpt-5.5")]
    [InlineData("bedrock", "aws", "us.anthropic.claude-sonnet-5-v1:0")]
    [InlineData("converse", "aws", "us.amazon.nova-pro-v1:0")]
    [InlineData("vertex", "google", "gemini-2.5-flash")]
    [InlineData("vertex-claude", "google", "claude-opus-5@20260701")]
    public async Task Every_client_is_answered_by_every_cloud_and_metered_exactly(string provider, string bills, string model)
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();
        foreach (var client in s_clients)
        {
            foreach (var stream in (bool[])[false, true])
            {
                using var answer = await TranslationTests.SendAsync(http, client, provider + "-model", stream);
                var text = await answer.Content.ReadAsStringAsync(Cancel);

                answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{client} {stream}: {text}");
                answer.Content.Headers.ContentType!.MediaType.ShouldBe(stream ? "text/event-stream" : "application/json");
                await gateway.Sim.Tally.QuietAsync(Cancel);
                var used = SimTruth.Counts(gateway.Sim.Tally.Calls[^1].Usage);
                var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
                var sheet = PriceBook.Default.Find(bills, model, now).ShouldNotBeNull();
                var id = answer.Headers.GetValues("x-assay-request-id").Single();
                var row = (await gateway.RequestsAsync()).Single(call => call.RequestId.ToString() == id);
                row.Provider.ShouldBe(provider);
                row.Model.ShouldBe(model);
                row.Cost.ShouldBe(sheet.Cost(used, "", now).Amount, $"{client} {stream}");
                row.Marks.HasFlag(UsageMarks.Estimated).ShouldBeFalse();
                var told = TranslationTests.Told(client, model, stream, text);
                told.Counts.TotalOutputTokens.ShouldBe(used.TotalOutputTokens, text);
            }
        }
    }

    [Fact]
    public async Task A_call_reaches_each_cloud_at_its_own_path_with_its_own_credential_and_body()
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();
        http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        http.DefaultRequestHeaders.Add("anthropic-beta", "context-1m-2025-08-07,other");

        var azure = await SentAsync("chat", "azure-dated-model");
        var current = await SentAsync("chat", "azure-model");
        var bedrock = await SentAsync("messages", "bedrock-model");
        var vertex = await SentAsync("messages", "vertex-claude-model");

        azure.Target.ShouldBe("/openai/deployments/team-gpt/chat/completions?api-version=2024-10-21");
        Header(azure, "api-key").ShouldBe("azure-secret");
        Header(azure, "Authorization").ShouldBeNull();
        current.Target.ShouldBe("/openai/v1/chat/completions");
        Header(current, "Authorization").ShouldBe("Bearer entra-token");
        Body(current)["model"]!.GetValue<string>().ShouldBe("team-gpt");
        bedrock.Target.ShouldBe("/model/us.anthropic.claude-sonnet-5-v1:0/invoke", "the capture shows the decoded path; the signature covers the escaped one");
        Header(bedrock, "Authorization")!.ShouldStartWith($"AWS4-HMAC-SHA256 Credential={AwsId}/");
        Body(bedrock)["anthropic_beta"]!.ToJsonString().ShouldBe("[\"context-1m-2025-08-07\",\"other\"]");
        Body(bedrock).ContainsKey("model").ShouldBeFalse();
        Header(bedrock, "anthropic-version").ShouldBeNull();
        vertex.Target.ShouldBe("/v1/projects/acme/locations/us-east5/publishers/anthropic/models/claude-opus-5@20260701:rawPredict");
        Header(vertex, "Authorization")!.ShouldStartWith("Bearer ya29.sim-");
        Body(vertex)["anthropic_version"]!.GetValue<string>().ShouldBe("vertex-2023-10-16");
        Header(vertex, "anthropic-beta").ShouldBe("context-1m-2025-08-07,other");

        async Task<SimCapture> SentAsync(string client, string model)
        {
            using var answer = await TranslationTests.SendAsync(http, client, model, stream: false);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
            await gateway.Sim.Tally.QuietAsync(Cancel);
            return gateway.Sim.Tally.Capture(gateway.Sim.Tally.Calls[^1].Id)!;
        }
    }

    [Theory]
    [InlineData("bedrock-model", "status=429;retry-after=3", 429, "rate_limit_error")]
    [InlineData("bedrock-model", "status=400", 400, "invalid_request_error")]
    [InlineData("converse-model", "status=429", 429, "rate_limit_error")]
    [InlineData("vertex-claude-model", "status=500", 500, "api_error")]
    public async Task A_cloud_s_own_errors_reach_the_client_in_its_format(string model, string sim, int status, string says)
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();
        http.DefaultRequestHeaders.Add("x-sim", sim);

        using var answer = await TranslationTests.SendAsync(http, "messages", model, stream: true);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        ((int)answer.StatusCode).ShouldBe(status, text);
        JsonNode.Parse(text)!["error"]!["type"]!.GetValue<string>().ShouldBe(says);
        (await gateway.OnlyRequestAsync()).Resolution.ShouldBe(Resolution.Voided);
    }

    [Theory]
    [InlineData("fault=error-mid-stream;at=2;tokens=40", "rate_limit_error")]
    [InlineData("fault=cut-mid-event;at=2;tokens=40", "")]
    public async Task A_stream_of_Bedrock_that_fails_never_ends_as_if_it_were_whole(string sim, string says)
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();
        http.DefaultRequestHeaders.Add("x-sim", sim);

        using var answer = await TranslationTests.SendAsync(http, "chat", "bedrock-model", stream: true);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        text.ShouldContain("\"error\"");
        text.ShouldNotContain("[DONE]");
        var row = await gateway.OnlyRequestAsync();
        row.Marks.HasFlag(UsageMarks.Estimated).ShouldBeTrue();
        if (says.Length > 0)
        {
            using var same = await TranslationTests.SendAsync(http, "messages", "bedrock-model", stream: true);
            (await same.Content.ReadAsStringAsync(Cancel)).ShouldContain(says);
        }
    }

    [Fact]
    public async Task A_clouds_own_client_keeps_its_frames_and_errors_and_is_metered_exactly()
    {
        await using var gateway = await StartAsync();
        using var http = gateway.Client();
        var secret = http.DefaultRequestHeaders.Authorization!.Parameter!;
        const string Project = "v1/projects/elsewhere/locations/us-east5";
        const string Converse = """{"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"maxTokens":40}}""";
        const string Claude = """{"anthropic_version":"bedrock-2023-05-31","max_tokens":40,"messages":[{"role":"user","content":"hi"}]}""";
        var vertexClaude = Claude.Replace("bedrock-2023-05-31", "vertex-2023-10-16", StringComparison.Ordinal);
        const string Frames = "application/vnd.amazon.eventstream";
        foreach (var (path, body, type, provider, model) in new (string, string, string, string, string)[]
        {
            ("converse/model/us.amazon.nova-pro-v1%3A0/converse", Converse, "application/json", "aws", "us.amazon.nova-pro-v1:0"),
            ("converse/model/us.amazon.nova-pro-v1%3A0/converse-stream", Converse, Frames, "aws", "us.amazon.nova-pro-v1:0"),
            ("bedrock/model/us.anthropic.claude-sonnet-5-v1:0/invoke", Claude, "application/json", "aws", "us.anthropic.claude-sonnet-5-v1:0"),
            ("bedrock/model/us.anthropic.claude-sonnet-5-v1:0/invoke-with-response-stream", Claude, Frames, "aws", "us.anthropic.claude-sonnet-5-v1:0"),
            ("azure-dated/openai/deployments/team-gpt/chat/completions?api-version=2024-10-21", """{"messages":[{"role":"user","content":"hi"}]}""", "application/json", "azure", "gpt-5.5"),
            ($"vertex/{Project}/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse", """{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}""", "text/event-stream", "google", "gemini-2.5-flash"),
            ($"vertex-claude/{Project}/publishers/anthropic/models/claude-opus-5@20260701:streamRawPredict", vertexClaude, "text/event-stream", "google", "claude-opus-5@20260701"),
        })
        {
            using var answer = await AskAsync(path, body, secret);
            var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path + Encoding.UTF8.GetString(bytes));
            answer.Content.Headers.ContentType!.MediaType.ShouldBe(type, path);
            await gateway.Sim.Tally.QuietAsync(Cancel);
            var call = gateway.Sim.Tally.Calls[^1];
            bytes.ShouldBe(gateway.Sim.Tally.Capture(call.Id)!.ResponseBody.ToArray(), $"{path}: to the byte");
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            var id = answer.Headers.GetValues("x-assay-request-id").Single();
            var row = (await gateway.RequestsAsync()).Single(one => one.RequestId.ToString() == id);
            row.Model.ShouldBe(model);
            row.Cost.ShouldBe(PriceBook.Default.Find(provider, model, now).ShouldNotBeNull().Cost(SimTruth.Counts(call.Usage), "", now).Amount, path);
            row.Marks.HasFlag(UsageMarks.Estimated).ShouldBeFalse(path);
        }

        using var fault = await AskAsync("converse/model/us.amazon.nova-pro-v1%3A0/converse", "{}", secret);
        using var stranger = await AskAsync("converse/model/us.amazon.nova-pro-v1%3A0/converse", Converse, "ask_nobody");
        fault.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        JsonNode.Parse(await fault.Content.ReadAsStringAsync(Cancel))!["message"]!.GetValue<string>().ShouldBe("The provided request is not valid.");
        stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        stranger.Headers.GetValues("x-amzn-ErrorType").ShouldBe(["AccessDeniedException"]);

        // AWS's libraries sign with an access key: its id is the caller's key here, and the gateway signs anew.
        async Task<HttpResponseMessage> AskAsync(string path, string body, string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/providers/" + path) { Content = Json(body) };
            request.Headers.TryAddWithoutValidation(
                "Authorization", $"AWS4-HMAC-SHA256 Credential={key}/20260101/eu-west-1/bedrock/aws4_request, SignedHeaders=host, Signature=00");
            request.Headers.Add("x-amz-date", "20260101T000000Z");
            return await http.SendAsync(request, Cancel);
        }
    }

    [Fact]
    public async Task What_a_cloud_does_not_have_is_refused_with_a_clear_error_or_goes_elsewhere()
    {
        await using var gateway = await StartAsync(config => config.Models["both"] =
            new() { Targets = ["bedrock/us.anthropic.claude-sonnet-5-v1:0", "anthropic/claude-sonnet-5"] });
        using var http = gateway.Client();
        var body = """{"model":"MODEL","messages":[{"role":"user","content":"hi"}]}""";

        using var refused = await http.PostAsync("/v1beta/models/vertex-model:batchEmbedContents", Json("""{"requests":[]}"""), Cancel);
        using var estimated = await http.PostAsync("/v1/messages/count_tokens", Json(body.Replace("MODEL", "bedrock-model", StringComparison.Ordinal)), Cancel);
        using var counted = await http.PostAsync("/v1/messages/count_tokens", Json(body.Replace("MODEL", "both", StringComparison.Ordinal)), Cancel);

        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await refused.Content.ReadAsStringAsync(Cancel)).ShouldContain("'vertex' does not serve BatchEmbedContents");
        counted.StatusCode.ShouldBe(HttpStatusCode.OK);
        counted.Headers.Contains("x-assay-estimated").ShouldBeFalse("the second target counts");
        estimated.StatusCode.ShouldBe(HttpStatusCode.OK);
        JsonNode.Parse(await estimated.Content.ReadAsStringAsync(Cancel))!["input_tokens"]!.GetValue<int>().ShouldBeInRange(5, 60);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string? Header(SimCapture sent, string name) => sent.RequestHeaders
        .Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).SingleOrDefault();

    private static JsonObject Body(SimCapture sent) => JsonNode.Parse(sent.RequestBody.Span)!.AsObject();

    private static async Task<RunningGateway> StartAsync(Action<AssayConfig>? configure = null)
    {
        using var rsa = RSA.Create(2048);
        var sim = await SimProviders.StartAsync(
            new SimOptions
            {
                CapturesKeptMax = 100,
                Clouds = new SimCloudOptions
                {
                    AwsKeys = new Dictionary<string, string>(StringComparer.Ordinal) { [AwsId] = AwsSecret },
                    AwsSession = "session/token+1==",
                    AwsRegion = "eu-west-1",
                    GoogleAccountKey = rsa.ExportSubjectPublicKeyInfoPem(),
                },
            },
            Cancel);
        var account = JsonSerializer.Serialize(new
        {
            type = "service_account",
            client_email = "assay@acme.iam.gserviceaccount.com",
            private_key_id = "k1",
            private_key = rsa.ExportPkcs8PrivateKeyPem(),
            token_uri = sim.Gemini + "token",
        });
        return await RunningGateway.StartAsync(config =>
        {
            var openAI = sim.OpenAI.ToString();
            config.Providers["azure"] = new()
            {
                Format = "openai",
                Dialect = "azure",
                BaseUrl = openAI,
                ApiKey = "entra-token",
                Auth = "bearer",
                Deployments = { ["gpt-5.5"] = "team-gpt" },
            };
            config.Providers["azure-dated"] = new()
            {
                Format = "openai",
                Dialect = "azure",
                BaseUrl = openAI,
                ApiKey = "azure-secret",
                ApiVersion = "2024-10-21",
                Deployments = { ["gpt-5.5"] = "team-gpt" },
            };
            config.Providers["bedrock"] = new()
            {
                Format = "anthropic",
                Dialect = "bedrock",
                BaseUrl = sim.Anthropic.ToString(),
                Region = "eu-west-1",
                ApiKey = $"{AwsId}:{AwsSecret}:session/token+1==",
            };
            config.Providers["converse"] = new()
            {
                Format = "converse",
                Dialect = "bedrock",
                BaseUrl = sim.Anthropic.ToString(),
                Region = "eu-west-1",
                ApiKey = $"{AwsId}:{AwsSecret}:session/token+1==",
            };
            config.Providers["vertex"] = new()
            {
                Format = "gemini",
                Dialect = "vertex",
                BaseUrl = sim.Gemini + "v1/projects/acme/locations/us-east5",
                ApiKey = account,
            };
            config.Providers["vertex-claude"] = new()
            {
                Format = "anthropic",
                Dialect = "vertex",
                BaseUrl = sim.Anthropic + "v1/projects/acme/locations/us-east5",
                ApiKey = account,
            };
            config.Models["azure-model"] = new() { Targets = ["azure/gpt-5.5"] };
            config.Models["azure-dated-model"] = new() { Targets = ["azure-dated/gpt-5.5"] };
            config.Models["bedrock-model"] = new() { Targets = ["bedrock/us.anthropic.claude-sonnet-5-v1:0"] };
            config.Models["converse-model"] = new() { Targets = ["converse/us.amazon.nova-pro-v1:0"] };
            config.Models["vertex-model"] = new() { Targets = ["vertex/gemini-2.5-flash"] };
            config.Models["vertex-claude-model"] = new() { Targets = ["vertex-claude/claude-opus-5@20260701"] };
            ConfigRules.Check(config).ShouldBeEmpty();
            configure?.Invoke(config);
        }, behind: sim);
    }
}
