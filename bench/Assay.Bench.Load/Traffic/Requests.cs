using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Assay.Bench.Load.Traffic;

internal enum Answer
{
    Json,
    Stream,

    /// <summary>A stream whose client did not ask for usage: Assay asks for it and keeps the extra event to itself.</summary>
    StreamWithoutUsage,

    /// <summary>A stream with 20 ms between its events, as a model would write.</summary>
    PacedStream,

    /// <summary>A stream asked for in Anthropic's format where the provider speaks OpenAI's; the others get plain streams.</summary>
    Translated,

    /// <summary>
    /// As <see cref="Translated"/>, and two milliseconds pass between the first event and the others, so that the first
    /// one's way is measured and not who gets a core while the upstream writes eighty at once.
    /// </summary>
    TranslatedApart,
}

/// <summary>One complete request as bytes: about 1.5 KB of chat, with the headers that the official SDKs send.</summary>
internal static class Requests
{
    internal static byte[] Build(Answer answer, int port, string key, bool translates)
    {
        var isTranslated = (answer is Answer.Translated or Answer.TranslatedApart) && translates;
        var body = Encoding.UTF8.GetBytes(isTranslated ? Messages(answer) : Body(answer));
        var path = isTranslated ? "/v1/messages" : "/v1/chat/completions";
        var head = string.Create(CultureInfo.InvariantCulture, $"""
            POST {path} HTTP/1.1
            Host: 127.0.0.1:{port}
            Accept: application/json
            Content-Type: application/json
            User-Agent: OpenAI/Python 2.8.0
            Authorization: Bearer {key}
            X-Stainless-Lang: python
            X-Stainless-Package-Version: 2.8.0
            X-Stainless-OS: Linux
            X-Stainless-Arch: x64
            X-Stainless-Runtime: CPython
            X-Stainless-Runtime-Version: 3.13.1
            X-Stainless-Retry-Count: 0
            Content-Length: {body.Length}


            """).ReplaceLineEndings("\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    private const string Apart = "apart";

    private const string Rules = "You are a careful reviewer. Read the change, name what could break, "
        + "and say how sure you are. Prefer one concrete example to three general remarks.";

    private const string Question = "Does the loop above read one line too many? \u00abYes\u00bb or \u00abno\u00bb, then why.";

    private static string Change() => string.Join('\n', Enumerable.Range(1, 16).Select(i =>
        string.Create(CultureInfo.InvariantCulture, $"+ line {i:00}: total = total + items[{i}].Price * items[{i}].Count;")));

    /// <summary>The same conversation in Anthropic's format.</summary>
    private static string Messages(Answer answer) => JsonSerializer.Serialize(new
    {
        metadata = new { user_id = answer == Answer.TranslatedApart ? Apart : "nobody" },
        model = "translated",
        max_tokens = 256,
        stream = true,
        system = Rules,
        messages = new object[] { new { role = "user", content = Change() }, new { role = "user", content = Question } },
        temperature = 0.2,
    });

    private static string Body(Answer answer)
    {
        var body = new Dictionary<string, object>
        {
            ["model"] = "gpt-4o",
            ["messages"] = new object[]
            {
                new { role = "system", content = Rules },
                new { role = "user", content = Change() },
                new { role = "user", content = Question },
            },
            ["temperature"] = 0.2,
            ["max_completion_tokens"] = 256,
        };
        if (answer != Answer.Json)
        {
            body["stream"] = true;
        }

        if (answer is Answer.Stream or Answer.PacedStream or Answer.Translated or Answer.TranslatedApart)
        {
            body["stream_options"] = new { include_usage = true };
        }

        if (answer == Answer.PacedStream)
        {
            body["user"] = "paced";
        }
        else if (answer == Answer.TranslatedApart)
        {
            body["user"] = Apart;
        }

        return JsonSerializer.Serialize(body);
    }
}
