using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests;

/// <summary>The official Anthropic library asks models of other formats and reads what comes back.</summary>
public sealed class AnthropicSdkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<ApiFormat, string> Cases()
    {
        var cases = new TheoryData<ApiFormat, string>();
        foreach (var scene in Scene.All)
        {
            cases.Add(ApiFormat.OpenAIChat, scene.Name);
            cases.Add(ApiFormat.OpenAIResponses, scene.Name);
            cases.Add(ApiFormat.Gemini, scene.Name);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_message_is_read_whole(ApiFormat upstream, string name)
    {
        var scene = Scene.All.Single(one => one.Name == name);
        using var handler = new TranslatingHandler(ApiFormat.AnthropicMessages, upstream, scene);
        using var client = Client(handler);
        var message = await client.Messages.Create(Ask(), Cancel);

        string.Concat(message.Content.Select(block => block.TryPickText(out var text) ? text.Text : "")).ShouldBe(scene.Text);
        string.Concat(message.Content.Select(block => block.TryPickThinking(out var thought) ? thought.Thinking : "")).ShouldBe(string.Concat(scene.Thoughts));
        var calls = message.Content.Select(block => block.TryPickToolUse(out var call) ? call : null).Where(call => call is not null).ToList();
        calls.Select(call => call!.Name).ShouldBe(scene.Calls.Select(call => call.Name));
        message.StopReason!.Raw().ShouldBe(scene.Stop switch
        {
            SceneStop.Length => "max_tokens",
            SceneStop.Tools => "tool_use",
            SceneStop.Filter => "refusal",
            _ => "end_turn",
        });
        (message.Usage.InputTokens + message.Usage.CacheReadInputTokens + message.Usage.CacheCreationInputTokens)
            .ShouldBe(scene.Input + scene.Cached + scene.Written);
        message.Usage.OutputTokens.ShouldBe(scene.Output + scene.Reasoning);
        handler.Asked.ShouldContain("system:\n  Be kind.\nuser:\n  Hello\n");
        handler.Asked.ShouldContain("tool get_weather 'The weather.'");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_message_is_read_as_it_streams(ApiFormat upstream, string name)
    {
        var scene = Scene.All.Single(one => one.Name == name);
        using var handler = new TranslatingHandler(ApiFormat.AnthropicMessages, upstream, scene);
        using var client = Client(handler);
        var (text, arguments, stops) = (new StringBuilder(), new StringBuilder(), 0);
        MessageDeltaUsage? usage = null;
        await foreach (var e in client.Messages.CreateStreaming(Ask(), Cancel))
        {
            if (e.TryPickContentBlockDelta(out var delta))
            {
                text.Append(delta.Delta.TryPickText(out var piece) ? piece.Text : "");
                arguments.Append(delta.Delta.TryPickInputJson(out var json) ? json.PartialJson : "");
            }
            else if (e.TryPickDelta(out var end))
            {
                usage = end.Usage;
            }

            stops += e.TryPickStop(out _) ? 1 : 0;
        }

        text.ToString().ShouldBe(scene.Text);
        stops.ShouldBe(1);
        usage.ShouldNotBeNull().OutputTokens.ShouldBe(scene.Output + scene.Reasoning);
        if (scene.Calls is [{ Fragments.Length: > 0 } only])
        {
            JsonElement.DeepEquals(JsonElement.Parse(arguments.ToString()), JsonElement.Parse(only.Arguments)).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData(400, typeof(AnthropicBadRequestException))]
    [InlineData(401, typeof(AnthropicUnauthorizedException))]
    [InlineData(429, typeof(AnthropicRateLimitException))]
    [InlineData(529, typeof(AnthropicOverloadedException))]
    public async Task An_error_of_another_provider_is_raised_in_its_own_class(int status, System.Type expected)
    {
        foreach (var upstream in new[] { ApiFormat.OpenAIChat, ApiFormat.OpenAIResponses, ApiFormat.Gemini })
        {
            using var handler = new TranslatingHandler(ApiFormat.AnthropicMessages, upstream, Scene.All.First()) { Status = status };
            using var client = Client(handler);
            var error = await Should.ThrowAsync<AnthropicApiException>(() => client.Messages.Create(Ask(), Cancel));
            expected.IsInstanceOfType(error).ShouldBeTrue($"{error.GetType().Name} is no {expected.Name}");
        }
    }

    [Fact]
    public async Task A_stream_that_is_cut_is_raised()
    {
        using var handler = new TranslatingHandler(ApiFormat.AnthropicMessages, ApiFormat.OpenAIChat, Scene.All.First()) { Cut = true };
        using var client = Client(handler);
        await Should.ThrowAsync<AnthropicException>(async () =>
        {
            await foreach (var _ in client.Messages.CreateStreaming(Ask(), Cancel))
            {
            }
        });
    }

    private static AnthropicClient Client(HttpMessageHandler handler) => new()
    {
        ApiKey = "sk-ant-test",
        BaseUrl = "http://upstream.test",
        MaxRetries = 0,
        HttpClient = new HttpClient(handler, disposeHandler: false),
    };

    private static MessageCreateParams Ask() => new()
    {
        Model = "client-model",
        MaxTokens = 1024,
        System = "Be kind.",
        Messages = [new UserMessageParam("Hello")],
        Tools = [new Tool
        {
            Name = "get_weather",
            Description = "The weather.",
            InputSchema = new InputSchema { Properties = new Dictionary<string, JsonElement> { ["city"] = JsonElement.Parse("""{"type":"string"}""") } },
        }],
    };
}
