// The SDK marks its whole Responses client as experimental; it is what its users call.
#pragma warning disable OPENAI001
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using Assay.Sim;
using Assay.Sim.Tally;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using OpenAI.Models;
using OpenAI.Responses;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary>The official OpenAI SDK reads the simulator's answers as it reads the provider's.</summary>
public sealed class OpenAISdkTests : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SimProviders _sim = null!;

    public async ValueTask InitializeAsync() => _sim = await SimProviders.StartAsync(cancellationToken: Cancel);

    public async ValueTask DisposeAsync() => await _sim.DisposeAsync();

    [Fact]
    public async Task A_chat_completion_is_read_with_exactly_the_usage_of_the_tally()
    {
        var answer = (await Chat("gpt-5.5").CompleteChatAsync([new UserChatMessage("Hello there")], cancellationToken: Cancel)).Value;

        answer.Content[0].Text.ShouldNotBeNullOrWhiteSpace();
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        var call = await OnlyCallAsync();
        call.Billing.ShouldBe(SimBilling.Told);
        ((long)answer.Usage.InputTokenCount).ShouldBe(call.Usage.Input + call.Usage.CacheRead);
        ((long)answer.Usage.OutputTokenCount).ShouldBe(call.Usage.Output + call.Usage.Reasoning);
        ((long)answer.Usage.OutputTokenDetails.ReasoningTokenCount).ShouldBe(call.Usage.Reasoning);
    }

    [Fact]
    public async Task A_streamed_chat_completion_ends_with_the_usage_that_the_sdk_asks_for()
    {
        var text = "";
        ChatTokenUsage? usage = null;
        await foreach (var update in Chat("gpt-5.5-sim-tokens-40")
            .CompleteChatStreamingAsync([new UserChatMessage("Hello there")], cancellationToken: Cancel))
        {
            text += string.Concat(update.ContentUpdate.Select(c => c.Text));
            usage = update.Usage ?? usage;
        }

        text.ShouldNotBeNullOrWhiteSpace();
        var call = await OnlyCallAsync();
        call.Usage.Output.ShouldBe(40);
        usage.ShouldNotBeNull().OutputTokenCount.ShouldBe((int)call.Usage.AllOutput);
        usage.InputTokenCount.ShouldBe((int)call.Usage.AllInput);
    }

    [Fact]
    public async Task A_streamed_tool_call_has_arguments_in_fragments_that_make_up_json()
    {
        var options = new ChatCompletionOptions { ToolChoice = ChatToolChoice.CreateRequiredChoice() };
        options.Tools.Add(ChatTool.CreateFunctionTool("get_weather", "The weather", BinaryData.FromString(
            """{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}}}""")));
        var arguments = new StringBuilder();
        var fragments = 0;
        var name = "";
        ChatFinishReason? finish = null;
        await foreach (var update in Chat("gpt-5.5").CompleteChatStreamingAsync([new UserChatMessage("Weather?")], options, Cancel))
        {
            foreach (var tool in update.ToolCallUpdates)
            {
                name += tool.FunctionName;
                arguments.Append(tool.FunctionArgumentsUpdate);
                fragments++;
            }

            finish = update.FinishReason ?? finish;
        }

        finish.ShouldBe(ChatFinishReason.ToolCalls);
        name.ShouldBe("get_weather");
        fragments.ShouldBeGreaterThan(2);
        using var json = JsonDocument.Parse(arguments.ToString());
        json.RootElement.GetProperty("days").GetInt32().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Cached_and_reasoning_tokens_are_told_inside_their_totals()
    {
        var answer = (await Chat("gpt-5.6-terra-sim-input-100--cache-read-2048--reasoning-64--tokens-10")
            .CompleteChatAsync([new UserChatMessage("Hi")], cancellationToken: Cancel)).Value;

        answer.Usage.InputTokenCount.ShouldBe(2148);
        answer.Usage.InputTokenDetails.CachedTokenCount.ShouldBe(2048);
        answer.Usage.OutputTokenCount.ShouldBe(74);
        answer.Usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe(64);
    }

    [Fact]
    public async Task A_response_is_read_whole_and_streamed()
    {
        var client = new ResponsesClient(
            new ApiKeyCredential("sk-test"),
            new ResponsesClientOptions { Endpoint = new Uri(_sim.OpenAI, "/v1"), RetryPolicy = new ClientRetryPolicy(0) });
        var whole = (await client.CreateResponseAsync("gpt-5.5", "Hello", cancellationToken: Cancel)).Value;
        whole.GetOutputText().ShouldNotBeNullOrWhiteSpace();
        whole.Status.ShouldBe(ResponseStatus.Completed);

        var text = "";
        ResponseTokenUsage? usage = null;
        var sequence = -1;
        await foreach (var update in await client.CreateResponseStreamingAsync("gpt-5.5", "Hello again", cancellationToken: Cancel))
        {
            update.SequenceNumber.ShouldBe(++sequence);
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
            usage = (update as StreamingResponseCompletedUpdate)?.Response.Usage ?? usage;
        }

        text.ShouldNotBeNullOrWhiteSpace();
        await _sim.Tally.QuietAsync(Cancel);
        var call = _sim.Tally.Calls[^1];
        usage.ShouldNotBeNull().OutputTokenCount.ShouldBe((int)call.Usage.AllOutput);
        usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe((int)call.Usage.Reasoning);
        usage.InputTokenCount.ShouldBe((int)call.Usage.AllInput);
    }

    [Fact]
    public async Task A_response_calls_a_function()
    {
        var client = new ResponsesClient(
            new ApiKeyCredential("sk-test"),
            new ResponsesClientOptions { Endpoint = new Uri(_sim.OpenAI, "/v1"), RetryPolicy = new ClientRetryPolicy(0) });
        var options = new CreateResponseOptions("gpt-5.5-sim-tool-look_up", [ResponseItem.CreateUserMessageItem("Look it up")]);
        options.Tools.Add(ResponseTool.CreateFunctionTool(
            "look_up", BinaryData.FromString("""{"type":"object","properties":{"id":{"type":"string"}}}"""), strictModeEnabled: false));
        var response = (await client.CreateResponseAsync(options, Cancel)).Value;

        var function = response.OutputItems.OfType<FunctionCallResponseItem>().ShouldHaveSingleItem();
        function.FunctionName.ShouldBe("look_up");
        function.FunctionArguments.ToString().ShouldContain("\"id\"");
    }

    [Fact]
    public async Task Embeddings_are_read_in_base64_with_their_usage()
    {
        var client = new EmbeddingClient("text-embedding-3-small", new ApiKeyCredential("sk-test"), Options());
        var answer = (await client.GenerateEmbeddingsAsync(["one text", "another text"], cancellationToken: Cancel)).Value;

        answer.Count.ShouldBe(2);
        answer[0].ToFloats().Length.ShouldBe(256);
        var call = await OnlyCallAsync();
        ((long)answer.Usage.InputTokenCount).ShouldBe(call.Usage.Input);
        call.Usage.AllOutput.ShouldBe(0);
    }

    [Fact]
    public async Task Models_are_listed()
    {
        var models = (await new OpenAIModelClient(new ApiKeyCredential("sk-test"), Options()).GetModelsAsync(Cancel)).Value;
        models.ShouldContain(m => m.Id == "gpt-5.5");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_error_is_raised_with_its_status_and_bills_nothing(int status)
    {
        var error = await Should.ThrowAsync<ClientResultException>(() => Chat($"gpt-5.5-sim-status-{status}")
            .CompleteChatAsync([new UserChatMessage("Hi")], cancellationToken: Cancel));

        error.Status.ShouldBe(status);
        var call = await OnlyCallAsync();
        call.Billing.ShouldBe(SimBilling.None);
        _sim.Tally.Total.Billed.ShouldBe(default);
    }

    [Fact]
    public async Task A_client_that_retries_is_served_after_a_429()
    {
        _sim.Script.Enqueue("status=429;retry-after=0");
        var patient = new ChatClient("gpt-5.5", new ApiKeyCredential("sk-test"), Options(retries: 2));
        var answer = (await patient.CompleteChatAsync([new UserChatMessage("Hi")], cancellationToken: Cancel)).Value;

        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        await _sim.Tally.QuietAsync(Cancel);
        _sim.Tally.Calls.Select(c => c.Status).ShouldBe([429, 200]);
    }

    private async Task<SimCall> OnlyCallAsync()
    {
        await _sim.Tally.QuietAsync(Cancel);
        return _sim.Tally.Calls.ShouldHaveSingleItem();
    }

    private ChatClient Chat(string model) => new(model, new ApiKeyCredential("sk-test"), Options());

    private OpenAIClientOptions Options(int retries = 0) => new()
    {
        Endpoint = new Uri(_sim.OpenAI, "/v1"),
        RetryPolicy = new ClientRetryPolicy(retries),
    };
}
