using System.Text;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests;

/// <summary>Every scene, from every provider, to every client, whole and streamed, read by strict clients.</summary>
public sealed class AnswerMatrixTests
{
    public static TheoryData<ApiFormat, ApiFormat, string> Cases()
    {
        var cases = new TheoryData<ApiFormat, ApiFormat, string>();
        foreach (var (upstream, client) in Translating.Answers)
        {
            foreach (var scene in Scene.All)
            {
                cases.Add(upstream, client, scene.Name);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_whole_answer_says_the_same_in_the_clients_format(ApiFormat upstream, ApiFormat client, string name)
    {
        var scene = Scene.All.Single(one => one.Name == name);
        Translating.Whole(Translating.Context(client, upstream), Upstreams.Whole(upstream, scene)).ShouldBe(Translating.Heard(upstream, scene), client);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_streamed_answer_says_the_same_in_the_clients_format(ApiFormat upstream, ApiFormat client, string name)
    {
        var scene = Scene.All.Single(one => one.Name == name);
        var stream = Translating.Stream(Translating.Context(client, upstream), Upstreams.Stream(upstream, scene), out var clean);
        clean.ShouldBeTrue();
        Translating.Read(client, stream).ShouldBe(Translating.Heard(upstream, scene), client);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void However_a_stream_is_cut_the_client_gets_the_same_bytes(ApiFormat upstream, ApiFormat client, string name)
    {
        var bytes = Upstreams.Stream(upstream, Scene.All.Single(one => one.Name == name));
        var context = Translating.Context(client, upstream, array: client == ApiFormat.Gemini && name.Length % 2 == 0);
        var whole = Translating.Stream(context, bytes, out _);
        var random = new Random(name.Length);
        for (var i = 0; i < 4; i++)
        {
            Translating.Stream(context, bytes, out _, random).ShouldBe(whole);
        }
    }

    [Fact]
    public void A_stream_cut_anywhere_ends_with_an_error_and_never_cleanly()
    {
        var scene = Scene.All.Single(one => one.Name == "text and a call");
        foreach (var (upstream, client) in Translating.Answers)
        {
            var bytes = Upstreams.Stream(upstream, scene);
            var end = Terminal(upstream, bytes);
            for (var length = 0; length < end; length += 13)
            {
                var stream = Translating.Stream(Translating.Context(client, upstream), bytes.AsSpan(0, length), out var clean);
                clean.ShouldBeFalse($"{upstream} to {client} at {length} of {bytes.Length}");
                Translating.Read(client, stream).Error.ShouldNotBeNull();
            }
        }
    }

    /// <summary>The first byte of what ends the answer.</summary>
    private static int Terminal(ApiFormat upstream, byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var mark = upstream switch
        {
            ApiFormat.AnthropicMessages => "event: message_stop",
            ApiFormat.OpenAIChat => "data: {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\",\"created\":1741569952,\"model\":\"gpt-4.1-2025-04-14\",\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[{\"index\":0,\"delta\":{},",
            ApiFormat.OpenAIResponses => "event: response.completed",
            ApiFormat.BedrockConverse => "event: messageStop",
            _ => "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}",
        };
        var at = text.IndexOf(mark, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(0);
        return Encoding.UTF8.GetByteCount(text[..at]);
    }
}
