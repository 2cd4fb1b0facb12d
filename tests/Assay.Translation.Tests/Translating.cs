using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Translation.Tests.Checks;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests;

/// <summary>What the tests say to the library.</summary>
internal static class Translating
{
    /// <summary>The formats that clients speak.</summary>
    public static ApiFormat[] Formats { get; } = [.. Enum.GetValues<ApiFormat>().Where(format => format != ApiFormat.BedrockConverse)];

    public static IEnumerable<(ApiFormat From, ApiFormat To)> Directions { get; } =
        [.. from source in Formats from target in Formats where source != target select (source, target)];

    /// <summary>From whichever provider to whichever client: those, and from Bedrock, whose format no client is translated from.</summary>
    public static IEnumerable<(ApiFormat From, ApiFormat To)> Answers { get; } =
        [.. Directions, .. Formats.Select(client => (ApiFormat.BedrockConverse, client))];

    /// <summary>What a client can know of a scene: Bedrock does not tell apart what was thought.</summary>
    public static Scene Heard(ApiFormat upstream, Scene scene) => upstream == ApiFormat.BedrockConverse
        ? scene with { Output = scene.Output + scene.Reasoning, Reasoning = 0 }
        : scene;

    public static RequestOptions Options { get; } = new()
    {
        TargetModel = "the-model",
        ClientModel = "client-model",
        AnswerId = "req7",
        UnixSeconds = 1_760_000_000,
    };

    public static (TranslationReport Report, string Body) Request(ApiFormat source, ApiFormat target, string body, RequestOptions? options = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var report = Translator.Request(source, target, Encoding.UTF8.GetBytes(body), options ?? Options, output);
        return (report, report.Refusal is null ? Encoding.UTF8.GetString(output.WrittenSpan) : "");
    }

    /// <summary>The context of a call without anything particular.</summary>
    public static AnswerContext Context(ApiFormat client, ApiFormat upstream, bool array = false) => new()
    {
        Client = client,
        Upstream = upstream,
        AnswerId = "req7",
        UnixSeconds = 1_760_000_000,
        ClientModel = "client-model",
        IncludeUsage = true,
        Stream = true,
        ClientWantsArray = array,
    };

    public static Seen Whole(AnswerContext context, byte[] body)
    {
        var output = new ArrayBufferWriter<byte>();
        var report = Translator.Answer(context, body, output);
        report.Refusal.ShouldBeNull();
        using var document = JsonDocument.Parse(output.WrittenMemory);
        return context.Client switch
        {
            ApiFormat.AnthropicMessages => AnthropicClient.Whole(document.RootElement),
            ApiFormat.OpenAIChat => ChatClient.Whole(document.RootElement),
            ApiFormat.OpenAIResponses => ResponsesClient.Whole(document.RootElement),
            _ => GeminiClient.Whole(document.RootElement),
        };
    }

    public static string Stream(AnswerContext context, ReadOnlySpan<byte> upstream, out bool clean, Random? cuts = null)
    {
        var output = new ArrayBufferWriter<byte>();
        var stream = new StreamTranslator(context);
        while (!upstream.IsEmpty)
        {
            var take = cuts is null ? upstream.Length : Math.Min(upstream.Length, cuts.Next(1, 40));
            stream.Write(upstream[..take], output);
            upstream = upstream[take..];
        }

        clean = stream.Complete(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static Seen Read(ApiFormat client, string stream) => client switch
    {
        ApiFormat.AnthropicMessages => AnthropicClient.Stream(stream),
        ApiFormat.OpenAIChat => ChatClient.Stream(stream),
        ApiFormat.OpenAIResponses => ResponsesClient.Stream(stream),
        _ => GeminiClient.Stream(stream),
    };
}
