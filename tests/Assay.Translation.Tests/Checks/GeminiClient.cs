using System.Text.Json;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests.Checks;

/// <summary>A client of generateContent that takes nothing for granted.</summary>
internal static class GeminiClient
{
    public static Seen Whole(JsonElement root)
    {
        var seen = new Seen();
        Answer(root, seen).ShouldBeTrue("a whole answer has a finish reason");
        return seen;
    }

    public static Seen Stream(string stream)
    {
        IEnumerable<string> answers;
        if (stream.StartsWith('['))
        {
            using var document = JsonDocument.Parse(stream);
            answers = [.. document.RootElement.EnumerateArray().Select(element => element.GetRawText())];
        }
        else
        {
            var events = Sse.Read(stream);
            events.ShouldAllBe(e => e.Name.Length == 0);
            answers = events.Select(e => e.Data);
        }

        var seen = new Seen();
        var finished = false;
        foreach (var answer in answers)
        {
            finished.ShouldBeFalse("nothing follows the finish reason or an error");
            using var document = JsonDocument.Parse(answer);
            var root = document.RootElement;
            if (root.TryGetProperty("error", out var error))
            {
                error.OnlyHave("code", "message", "status");
                error.Whole("code").ShouldBeInRange(400, 599);
                seen.Error = error.Text("message");
                finished = true;
                continue;
            }

            finished = Answer(root, seen);
        }

        finished.ShouldBeTrue("the stream has an end");
        return seen;
    }

    private static bool Answer(JsonElement root, Seen seen)
    {
        // The one field of our own: what a stream's answer lost.
        root.OnlyHave("candidates", "usageMetadata", "x-assay-dropped", "modelVersion", "responseId");
        root.Text("modelVersion").ShouldNotBeEmpty();
        root.Text("responseId").ShouldNotBeEmpty();
        var candidate = root.Have("candidates", JsonValueKind.Array).EnumerateArray().ShouldHaveSingleItem();
        candidate.OnlyHave("content", "finishReason", "index", "groundingMetadata");
        candidate.Have("content").Text("role").ShouldBe("model");
        foreach (var part in candidate.Have("content").Have("parts", JsonValueKind.Array).EnumerateArray())
        {
            part.OnlyHave("text", "thought", "thoughtSignature", "functionCall");
            if (part.TryGetProperty("thoughtSignature", out var signature))
            {
                signature.GetBytesFromBase64().ShouldNotBeEmpty("libraries decode it");
                seen.Seals.Add(signature.GetString()!);
            }

            if (part.TryGetProperty("functionCall", out var call))
            {
                call.OnlyHave("id", "name", "args");
                seen.Calls.Add((call.Text("id"), call.Text("name"), call.Have("args", JsonValueKind.Object).GetRawText()));
            }
            else
            {
                (part.TryGetProperty("thought", out _) ? seen.Thoughts : seen.Text).Append(part.Text("text"));
            }
        }

        if (!candidate.TryGetProperty("finishReason", out var reason))
        {
            return false;
        }

        seen.Stop = reason.GetString() switch
        {
            "STOP" => seen.Calls.Count > 0 ? SceneStop.Tools : SceneStop.End,
            "MAX_TOKENS" => SceneStop.Length,
            "SAFETY" => SceneStop.Filter,
            var other => throw new InvalidOperationException(other),
        };
        if (!root.TryGetProperty("usageMetadata", out var usage))
        {
            return true; // The upstream told none.
        }

        var thoughts = usage.TryGetProperty("thoughtsTokenCount", out var value) ? value.GetInt64() : 0;
        var cached = usage.TryGetProperty("cachedContentTokenCount", out var read) ? read.GetInt64() : 0;
        var (prompt, candidates) = (usage.Whole("promptTokenCount"), usage.Whole("candidatesTokenCount"));
        usage.Whole("totalTokenCount").ShouldBe(prompt + candidates + thoughts);
        seen.Usage = (prompt, cached, candidates + thoughts, thoughts);
        return true;
    }
}
