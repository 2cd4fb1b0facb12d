using System.ClientModel;
using System.ClientModel.Primitives;
using Assay.Sim;
using Assay.Sim.Tally;
using OpenAI;
using OpenAI.Chat;

namespace Assay.EndToEnd.Tests.Sim;

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

    private async Task<SimCall> OnlyCallAsync()
    {
        await _sim.Tally.QuietAsync(Cancel);
        return _sim.Tally.Calls.ShouldHaveSingleItem();
    }

    private ChatClient Chat(string model) => new(model, new ApiKeyCredential("sk-test"), Options());

    private OpenAIClientOptions Options() => new()
    {
        Endpoint = new Uri(_sim.OpenAI, "/v1"),
        RetryPolicy = new ClientRetryPolicy(0),
    };
}
