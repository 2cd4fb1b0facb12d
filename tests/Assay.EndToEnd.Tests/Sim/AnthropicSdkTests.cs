using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Assay.Sim;
using Assay.Sim.Tally;

namespace Assay.EndToEnd.Tests.Sim;

/// <summary>The official Anthropic SDK, validating every field, reads the simulator's answers.</summary>
public sealed class AnthropicSdkTests : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SimProviders _sim = null!;

    public async ValueTask InitializeAsync() => _sim = await SimProviders.StartAsync(cancellationToken: Cancel);

    public async ValueTask DisposeAsync() => await _sim.DisposeAsync();

    [Fact]
    public async Task A_message_is_read_with_exactly_the_usage_of_the_tally()
    {
        using var client = Client();
        var message = await client.Messages.Create(Ask("claude-sonnet-5"), Cancel);

        message.Content[0].TryPickText(out var text).ShouldBeTrue();
        text!.Text.ShouldNotBeNullOrWhiteSpace();
        var call = await OnlyCallAsync();
        message.Usage.InputTokens.ShouldBe(call.Usage.Input);
        message.Usage.OutputTokens.ShouldBe(call.Usage.Output);
    }

    [Fact]
    public async Task A_streamed_message_ends_with_cumulative_usage()
    {
        using var client = Client();
        var text = new StringBuilder();
        MessageDeltaUsage? usage = null;
        var stopped = false;
        await foreach (var e in client.Messages.CreateStreaming(Ask("claude-sonnet-5-sim-tokens-33"), Cancel))
        {
            if (e.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece))
            {
                text.Append(piece.Text);
            }
            else if (e.TryPickDelta(out var end))
            {
                usage = end.Usage;
            }

            stopped |= e.TryPickStop(out _);
        }

        text.Length.ShouldBeGreaterThan(33);
        stopped.ShouldBeTrue();
        var call = await OnlyCallAsync();
        call.Usage.Output.ShouldBe(33);
        usage.ShouldNotBeNull().OutputTokens.ShouldBe(33);
        usage.InputTokens.ShouldBe(call.Usage.Input);
    }

    [Fact]
    public async Task Thinking_and_a_tool_call_are_streamed_in_fragments()
    {
        using var client = Client();
        var arguments = new StringBuilder();
        var (thought, signed) = (false, false);
        var ask = Ask("claude-sonnet-5") with
        {
            MaxTokens = 4096,
            Thinking = new ThinkingConfigEnabled { BudgetTokens = 1024 },
            ToolChoice = new ToolChoiceAny(),
            Tools = [new Tool
            {
                Name = "read_file",
                InputSchema = new InputSchema
                {
                    Properties = new Dictionary<string, JsonElement> { ["path"] = JsonElement.Parse("""{"type":"string"}""") },
                },
            }],
        };
        await foreach (var e in client.Messages.CreateStreaming(ask, Cancel))
        {
            if (e.TryPickContentBlockDelta(out var delta))
            {
                thought |= delta.Delta.TryPickThinking(out _);
                signed |= delta.Delta.TryPickSignature(out _);
                if (delta.Delta.TryPickInputJson(out var json))
                {
                    arguments.Append(json.PartialJson);
                }
            }
        }

        thought.ShouldBeTrue();
        signed.ShouldBeTrue();
        JsonElement.Parse(arguments.ToString()).GetProperty("path").GetString().ShouldNotBeNullOrEmpty();
        (await OnlyCallAsync()).Usage.Reasoning.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_conversation_that_grows_writes_the_cache_and_reads_it_back()
    {
        using var client = Client();
        var system = new List<TextBlockParam>
        {
            new() { Text = string.Concat(Enumerable.Repeat("You are careful. ", 600)), CacheControl = new CacheControlEphemeral { Ttl = Ttl.Ttl1h } },
        };
        var first = await client.Messages.Create(Ask("claude-sonnet-5") with { System = system }, Cancel);
        var second = await client.Messages.Create(Ask("claude-sonnet-5", "Something else") with { System = system }, Cancel);

        var written = first.Usage.CacheCreation.ShouldNotBeNull().Ephemeral1hInputTokens;
        written.ShouldBeGreaterThan(1024);
        first.Usage.CacheReadInputTokens.ShouldBe(0);
        second.Usage.CacheReadInputTokens.ShouldBe(written);
        second.Usage.CacheCreationInputTokens.ShouldBe(0);
        await _sim.Tally.QuietAsync(Cancel);
        _sim.Tally.Total.Told.CacheRead.ShouldBe(written);
        _sim.Tally.Total.Told.CacheWrite1h.ShouldBe(written);
    }

    [Fact]
    public async Task Web_searches_and_tiers_are_told()
    {
        using var client = Client();
        var message = await client.Messages.Create(Ask("claude-sonnet-5-sim-searches-3--tier-priority"), Cancel);

        message.Usage.ServerToolUse.ShouldNotBeNull().WebSearchRequests.ShouldBe(3);
        message.Usage.ServiceTier!.Raw().ShouldBe("priority");
        (await OnlyCallAsync()).Usage.WebSearch.ShouldBe(3);
    }

    [Fact]
    public async Task Tokens_are_counted_without_being_billed()
    {
        using var client = Client();
        var count = await client.Messages.CountTokens(
            new MessageCountTokensParams { Model = "claude-sonnet-5", Messages = [new UserMessageParam("Hello, hello")] }, Cancel);
        count.InputTokens.ShouldBeGreaterThan(2);
        (await OnlyCallAsync()).Billing.ShouldBe(SimBilling.None);
    }

    [Fact]
    public async Task Models_are_listed()
    {
        using var client = Client();
        var page = await client.Models.List(cancellationToken: Cancel);
        page.Items.ShouldContain(m => m.ID == "claude-sonnet-5");
    }

    [Theory]
    [InlineData(400, typeof(AnthropicBadRequestException))]
    [InlineData(401, typeof(AnthropicUnauthorizedException))]
    [InlineData(403, typeof(AnthropicForbiddenException))]
    [InlineData(404, typeof(AnthropicNotFoundException))]
    [InlineData(429, typeof(AnthropicRateLimitException))]
    [InlineData(500, typeof(Anthropic5xxException))]
    [InlineData(529, typeof(AnthropicOverloadedException))]
    public async Task An_error_is_raised_in_its_own_class_and_bills_nothing(int status, System.Type expected)
    {
        using var client = Client();
        var error = await Should.ThrowAsync<AnthropicApiException>(() => client.Messages.Create(Ask($"claude-sonnet-5-sim-status-{status}"), Cancel));

        expected.IsInstanceOfType(error).ShouldBeTrue($"{error.GetType().Name} is no {expected.Name}");
        (await OnlyCallAsync()).Billing.ShouldBe(SimBilling.None);
    }

    [Fact]
    public async Task An_error_in_mid_stream_is_raised()
    {
        using var client = Client();
        await Should.ThrowAsync<AnthropicException>(async () =>
        {
            await foreach (var _ in client.Messages.CreateStreaming(Ask("claude-sonnet-5-sim-fault-error-mid-stream"), Cancel))
            {
            }
        });
        (await OnlyCallAsync()).Billing.ShouldBe(SimBilling.Cut);
    }

    private async Task<SimCall> OnlyCallAsync()
    {
        await _sim.Tally.QuietAsync(Cancel);
        return _sim.Tally.Calls.ShouldHaveSingleItem();
    }

    private static MessageCreateParams Ask(string model, string text = "Hello") => new()
    {
        Model = model,
        MaxTokens = 1024,
        Messages = [new UserMessageParam(text)],
    };

    private AnthropicClient Client() => new()
    {
        ApiKey = "sk-ant-test",
        BaseUrl = _sim.Anthropic.ToString().TrimEnd('/'),
        MaxRetries = 0,
        ResponseValidation = true,
    };
}
