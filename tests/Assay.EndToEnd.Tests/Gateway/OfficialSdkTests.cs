using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Assay.Ledger.Money;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;
using OpenAI.Responses;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>
/// The official .NET clients, unmodified but for address and key. What the ledger holds afterwards must be what the
/// simulated providers counted themselves.
/// </summary>
public sealed class OfficialSdkTests
{
    private static readonly int s_calls = Size.Of("ASSAY_SDK_CALLS", 2_000);
    private const int Workers = 16;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thousands_of_mixed_calls_are_in_the_ledger_to_the_nano_dollar()
    {
        await using var gateway = await RunningGateway.StartAsync(sim: new() { CallsKeptMax = 2 * s_calls });
        var next = -1;

        async Task WorkAsync(int worker)
        {
            using var clients = new Clients(gateway.Address, gateway.Key);
            for (var i = Interlocked.Increment(ref next); i < s_calls; i = Interlocked.Increment(ref next))
            {
                await clients.CallAsync(i, worker);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Workers).Select(WorkAsync));

        var totals = await gateway.TotalsAsync();
        var (counts, cost) = RunningGateway.TruthOf(gateway.Sim.Tally.Calls);
        gateway.Sim.Tally.Total.Cut.ShouldBe(default);
        totals.Requests.ShouldBe(gateway.Sim.Tally.Total.Calls);
        totals.Requests.ShouldBeGreaterThanOrEqualTo(s_calls);
        totals.Counts.ShouldBe(counts);
        totals.Cost.ShouldBe(cost);
        totals.EstimatedCost.ShouldBe(NanoUsd.Zero);
        totals.Expense.ShouldBe(cost);
        totals.BalanceSum.ShouldBe(NanoUsd.Zero);
        cost.ShouldBeGreaterThan(NanoUsd.FromDollars(1));
    }

    [Fact]
    public async Task Errors_of_the_provider_raise_the_exceptions_that_its_own_errors_raise()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var clients = new Clients(gateway.Address, gateway.Key);

        (await Should.ThrowAsync<ClientResultException>(clients.ChatAsync("gpt-5.5-sim-status-429"))).Status.ShouldBe(429);
        (await Should.ThrowAsync<ClientResultException>(clients.ChatAsync("gpt-5.5-sim-status-500"))).Status.ShouldBe(500);
        await Should.ThrowAsync<AnthropicRateLimitException>(clients.MessageAsync("claude-sonnet-5-sim-status-429"));
        await Should.ThrowAsync<Anthropic5xxException>(clients.MessageAsync("claude-sonnet-5-sim-status-529"));

        var totals = await gateway.TotalsAsync();
        totals.Requests.ShouldBe(4);
        totals.Errors.ShouldBe(4);
        totals.Cost.ShouldBe(NanoUsd.Zero);
    }

    [Fact]
    public async Task Errors_of_the_gateway_raise_the_exceptions_that_the_provider_s_would()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var stranger = new Clients(gateway.Address, "ask_unknown-key-that-nobody-has");
        using var known = new Clients(gateway.Address, gateway.Key);

        (await Should.ThrowAsync<ClientResultException>(stranger.ChatAsync("gpt-5.5"))).Status.ShouldBe(401);
        await Should.ThrowAsync<AnthropicUnauthorizedException>(stranger.MessageAsync("claude-sonnet-5"));
        (await Should.ThrowAsync<ClientResultException>(known.ChatAsync("no-such-model"))).Status.ShouldBe(404);
        await Should.ThrowAsync<AnthropicNotFoundException>(known.MessageAsync("no-such-model"));

        (await gateway.TotalsAsync()).Requests.ShouldBe(0);
        gateway.Sim.Tally.Total.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task The_models_that_a_key_may_use_are_listed()
    {
        await using var gateway = await RunningGateway.StartAsync();
        using var made = await gateway.Admin.PostAsJsonAsync(
            "/api/v1/keys", new { owner = "ada@example.com", name = "only-gpt", models = new[] { "gpt-*" } }, Cancel);
        var narrow = (await made.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["secret"]!.GetValue<string>();

        (await ListAsync(gateway.Key)).ShouldContain("gpt-5.5");

        // Claude can be asked in this format too: the call is translated.
        (await ListAsync(gateway.Key)).ShouldContain(id => id.StartsWith("claude"));
        (await ListAsync(narrow)).ShouldContain("gpt-5.5");
        (await ListAsync(narrow)).ShouldAllBe(id => id.StartsWith("gpt-"));

        async Task<List<string>> ListAsync(string key)
        {
            var models = new OpenAIModelClient(new ApiKeyCredential(key), Clients.OpenAIOptions(gateway.Address));
            return [.. (await models.GetModelsAsync(Cancel)).Value.Select(m => m.Id)];
        }
    }

    /// <summary>One of each client, and a mix of calls by number.</summary>
    private sealed class Clients(Uri gateway, string key) : IDisposable
    {
        private readonly AnthropicClient _anthropic = new()
        {
            ApiKey = key,
            BaseUrl = gateway.ToString(),
            MaxRetries = 0,
        };

        private readonly ChatTool _tool = ChatTool.CreateFunctionTool(
            "get_weather",
            "Weather of a place",
            BinaryData.FromString("""{"type":"object","properties":{"place":{"type":"string"}}}"""));

        public static OpenAIClientOptions OpenAIOptions(Uri gateway) => new()
        {
            Endpoint = new Uri(gateway, "/v1"),
            RetryPolicy = new ClientRetryPolicy(0),
        };

        public void Dispose() => _anthropic.Dispose();

        public Task CallAsync(int number, int worker) => (number % 10) switch
        {
            0 => ChatAsync("gpt-5.5", Prompt(number, worker)),
            1 => StreamChatAsync("gpt-5.4", Prompt(number, worker)),
            2 => ChatWithToolsAsync("gpt-5.5", Prompt(number, worker)),
            3 => RespondAsync("gpt-5.5", Prompt(number, worker)),
            4 => StreamRespondAsync("gpt-5.4", Prompt(number, worker)),
            5 => EmbedAsync("text-embedding-3-small", Prompt(number, worker)),
            6 or 7 => MessageAsync("claude-sonnet-5", Prompt(number, worker)),
            8 => StreamMessageAsync("claude-opus-4-8", Prompt(number, worker)),
            _ => ErrorAsync(number),
        };

        public Task ChatAsync(string model) => ChatAsync(model, "Say hello.");

        public Task MessageAsync(string model) => MessageAsync(model, "Say hello.");

        private async Task ChatAsync(string model, string prompt)
        {
            var answer = await Chat(model).CompleteChatAsync([new UserChatMessage(prompt)], cancellationToken: Cancel);
            answer.Value.Usage.TotalTokenCount.ShouldBeGreaterThan(0);
        }

        private async Task ChatWithToolsAsync(string model, string prompt)
        {
            var answer = await Chat(model).CompleteChatAsync(
                [new UserChatMessage(prompt)], new ChatCompletionOptions { Tools = { _tool } }, Cancel);
            answer.Value.Usage.TotalTokenCount.ShouldBeGreaterThan(0);
        }

        private async Task StreamChatAsync(string model, string prompt)
        {
            var updates = 0;
            await foreach (var _ in Chat(model).CompleteChatStreamingAsync(
                [new UserChatMessage(prompt)], cancellationToken: Cancel))
            {
                updates++;
            }

            updates.ShouldBeGreaterThan(1);
        }

        private async Task EmbedAsync(string model, string prompt)
        {
            var client = new EmbeddingClient(model, new ApiKeyCredential(key), OpenAIOptions(gateway));
            var answer = await client.GenerateEmbeddingsAsync([prompt, prompt], cancellationToken: Cancel);
            answer.Value.Count.ShouldBe(2);
        }

        private async Task RespondAsync(string model, string prompt)
        {
            var answer = await Responses().CreateResponseAsync(model, prompt, cancellationToken: Cancel);
            answer.Value.Usage.TotalTokenCount.ShouldBeGreaterThan(0);
        }

        private async Task StreamRespondAsync(string model, string prompt)
        {
            var updates = 0;
            await foreach (var _ in await Responses().CreateResponseStreamingAsync(model, prompt, cancellationToken: Cancel))
            {
                updates++;
            }

            updates.ShouldBeGreaterThan(1);
        }

        private async Task MessageAsync(string model, string prompt)
        {
            var answer = await _anthropic.Messages.Create(Params(model, prompt), Cancel);
            answer.Usage.OutputTokens.ShouldBeGreaterThan(0);
        }

        private async Task StreamMessageAsync(string model, string prompt)
        {
            var events = 0;
            await foreach (var _ in _anthropic.Messages.CreateStreaming(Params(model, prompt), Cancel))
            {
                events++;
            }

            events.ShouldBeGreaterThan(3);
        }

        private async Task ErrorAsync(int number)
        {
            var status = number % 20 == 9 ? 429 : 500;
            (await Should.ThrowAsync<ClientResultException>(ChatAsync($"gpt-5.5-sim-status-{status}")))
                .Status.ShouldBe(status);
        }

        private ChatClient Chat(string model) => new(model, new ApiKeyCredential(key), OpenAIOptions(gateway));

#pragma warning disable OPENAI001 // The client of the Responses API is marked as experimental.
        private ResponsesClient Responses() => new(
            new ApiKeyCredential(key),
            new ResponsesClientOptions { Endpoint = new Uri(gateway, "/v1"), RetryPolicy = new ClientRetryPolicy(0) });
#pragma warning restore OPENAI001

        private static MessageCreateParams Params(string model, string prompt) => new()
        {
            MaxTokens = 512,
            Model = model,
            Messages = [new UserMessageParam(prompt)],
        };

        // Prompts grow, so that some meet the simulated prompt cache.
        private static string Prompt(int number, int worker) => string.Concat(
            Enumerable.Repeat($"Worker {worker} asks about the weather. ", 1 + (number % 300)));
    }
}
