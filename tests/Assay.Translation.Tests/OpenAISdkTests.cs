// The library marks its whole Responses client as experimental; it is what its users call.
#pragma warning disable OPENAI001
using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using Assay.Translation.Tests.Scenes;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace Assay.Translation.Tests;

/// <summary>The official OpenAI library asks models of other formats, by both its clients, and reads what comes back.</summary>
public sealed class OpenAISdkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private const string Schema = """{"type":"object","properties":{"city":{"type":"string"}}}""";

    public static TheoryData<ApiFormat, string> Cases()
    {
        var cases = new TheoryData<ApiFormat, string>();
        foreach (var scene in Scene.All)
        {
            cases.Add(ApiFormat.AnthropicMessages, scene.Name);
            cases.Add(ApiFormat.Gemini, scene.Name);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_completion_is_read_whole(ApiFormat upstream, string name)
    {
        var scene = Scene.All.Single(one => one.Name == name);
        using var handler = new TranslatingHandler(ApiFormat.OpenAIChat, upstream, scene);
        var answer = (await Chat(handler).CompleteChatAsync([new SystemChatMessage("Be kind."), new UserChatMessage("Hello")], Options(), Cancel)).Value;

        string.Concat(answer.Content.Select(part => part.Text)).ShouldBe(scene.Text);
        answer.ToolCalls.Select(call => call.FunctionName).ShouldBe(scene.Calls.Select(call => call.Name));
        answer.FinishReason.ShouldBe(Finish(scene));
        answer.Usage.InputTokenCount.ShouldBe((int)(scene.Input + scene.Cached + scene.Written));
        answer.Usage.InputTokenDetails.CachedTokenCount.ShouldBe((int)scene.Cached);
        answer.Usage.OutputTokenCount.ShouldBe((int)(scene.Output + scene.Reasoning));
        handler.Asked.ShouldContain("system:\n  Be kind.\nuser:\n  Hello\n");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_completion_is_read_as_it_streams(ApiFormat upstream, string name)
    {
        var scene = Scene.All.Single(one => one.Name == name);
        using var handler = new TranslatingHandler(ApiFormat.OpenAIChat, upstream, scene);
        var text = new StringBuilder();
        var calls = new SortedDictionary<int, StringBuilder>();
        ChatFinishReason? finish = null;
        ChatTokenUsage? usage = null;
        await foreach (var update in Chat(handler).CompleteChatStreamingAsync([new UserChatMessage("Hello")], Options(), Cancel))
        {
            text.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            foreach (var call in update.ToolCallUpdates)
            {
                calls.TryAdd(call.Index, new StringBuilder());
                calls[call.Index].Append(call.FunctionArgumentsUpdate);
            }

            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }

        text.ToString().ShouldBe(scene.Text);
        finish.ShouldBe(Finish(scene));
        usage.ShouldNotBeNull().OutputTokenCount.ShouldBe((int)(scene.Output + scene.Reasoning));
        foreach (var (said, read) in scene.Calls.Zip(calls.Values))
        {
            JsonElement.DeepEquals(JsonElement.Parse(read.ToString()), JsonElement.Parse(said.Arguments)).ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_response_is_read_whole_and_as_it_streams(ApiFormat upstream, string name)
    {
        var scene = Scene.All.Single(one => one.Name == name);
        using var handler = new TranslatingHandler(ApiFormat.OpenAIResponses, upstream, scene);
        var client = Responses(handler);
        var whole = (await client.CreateResponseAsync("client-model", "Hello", cancellationToken: Cancel)).Value;
        Check(whole, scene);

        var (text, sequence) = ("", -1);
        ResponseResult? last = null;
        await foreach (var update in await client.CreateResponseStreamingAsync("client-model", "Hello", cancellationToken: Cancel))
        {
            update.SequenceNumber.ShouldBe(++sequence);
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
            last = (update as StreamingResponseCompletedUpdate)?.Response ?? (update as StreamingResponseIncompleteUpdate)?.Response ?? last;
        }

        text.ShouldBe(scene.Text);
        Check(last.ShouldNotBeNull(), scene);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(529)]
    public async Task An_error_of_another_provider_is_raised_with_its_status(int status)
    {
        foreach (var upstream in new[] { ApiFormat.AnthropicMessages, ApiFormat.Gemini })
        {
            using var handler = new TranslatingHandler(ApiFormat.OpenAIChat, upstream, Scene.All.First()) { Status = status };
            var error = await Should.ThrowAsync<ClientResultException>(() => Chat(handler).CompleteChatAsync([new UserChatMessage("Hello")], cancellationToken: Cancel));
            error.Status.ShouldBe(status == 529 ? 503 : status);
        }
    }

    private static void Check(ResponseResult response, Scene scene)
    {
        response.GetOutputText().ShouldBe(scene.Text.Length == 0 ? response.GetOutputText() : scene.Text);
        response.OutputItems.OfType<FunctionCallResponseItem>().Select(call => call.FunctionName).ShouldBe(scene.Calls.Select(call => call.Name));
        response.Status.ShouldBe(scene.Stop is SceneStop.Length or SceneStop.Filter ? ResponseStatus.Incomplete : ResponseStatus.Completed);
        response.Usage.InputTokenCount.ShouldBe((int)(scene.Input + scene.Cached + scene.Written));
        response.Usage.OutputTokenCount.ShouldBe((int)(scene.Output + scene.Reasoning));
        response.Usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe((int)scene.Reasoning);
    }

    private static ChatFinishReason Finish(Scene scene) => scene.Stop switch
    {
        SceneStop.Length => ChatFinishReason.Length,
        SceneStop.Tools => ChatFinishReason.ToolCalls,
        SceneStop.Filter => ChatFinishReason.ContentFilter,
        _ => ChatFinishReason.Stop,
    };

    private static ChatCompletionOptions Options()
    {
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 100, ToolChoice = ChatToolChoice.CreateAutoChoice() };
        options.Tools.Add(ChatTool.CreateFunctionTool("get_weather", "The weather.", BinaryData.FromString(Schema)));
        return options;
    }

    private static ChatClient Chat(HttpMessageHandler handler) => new("client-model", new ApiKeyCredential("sk-test"), new OpenAIClientOptions
    {
        Endpoint = new Uri("http://upstream.test/v1"),
        Transport = new HttpClientPipelineTransport(new HttpClient(handler, disposeHandler: false)),
        RetryPolicy = new ClientRetryPolicy(0),
    });

    private static ResponsesClient Responses(HttpMessageHandler handler) => new(new ApiKeyCredential("sk-test"), new ResponsesClientOptions
    {
        Endpoint = new Uri("http://upstream.test/v1"),
        Transport = new HttpClientPipelineTransport(new HttpClient(handler, disposeHandler: false)),
        RetryPolicy = new ClientRetryPolicy(0),
    });
}
