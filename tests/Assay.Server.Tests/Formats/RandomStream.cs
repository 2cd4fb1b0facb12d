using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.Server.Tests.Formats;

/// <summary>
/// Streams as providers send them, drawn from a seed: random usage, fields, order of members, framing and line ends.
/// </summary>
internal sealed class RandomStream(int seed)
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static readonly string[] s_words =
    [
        "word", " ", "\"usage\":{\"prompt_tokens\":1}", "\\\"", "}", "{", "\n\ndata: x", "ü€𝄞", "\u0001", "[DONE]",
        "usage", "\"choices\":[]", "message_stop", "\\u0022",
    ];

    private readonly Random _random = new(seed);
    private readonly List<(string Text, bool IsUsage)> _events = [];

    /// <summary>The stream's bytes.</summary>
    public byte[] Bytes => Encoding.UTF8.GetBytes(string.Concat(_events.Select(one => one.Text)));

    /// <summary>The same without the extra usage event.</summary>
    public byte[] BytesWithoutUsageEvent =>
        Encoding.UTF8.GetBytes(string.Concat(_events.Where(one => !one.IsUsage).Select(one => one.Text)));

    /// <summary>Every JSON object that is an event's data, in order.</summary>
    public List<JsonObject> Data { get; } = [];

    public RandomStream Chat()
    {
        var end = LineEnd();
        var place = _random.Next(5);
        Mark();
        for (var i = _random.Next(1, 12); i >= 0; i--)
        {
            Noise(end);
            var isLast = i == 0;
            var choice = new JsonObject
            {
                ["index"] = 0,
                ["delta"] = isLast ? [] : new JsonObject { ["content"] = Words(), ["role"] = "assistant" },
                ["finish_reason"] = isLast ? "stop" : null,
            };
            var chunk = new JsonObject { ["id"] = "c", ["model"] = "m-" + _random.Next(3), ["choices"] = new JsonArray(choice) };
            Extra(chunk);
            if (place == 0 || (place == 1 && isLast))
            {
                chunk["usage"] = ChatUsage();
            }
            else if (place == 2 && isLast)
            {
                choice["usage"] = ChatUsage();
            }
            else if (_random.Next(2) == 0)
            {
                chunk["usage"] = null;
            }

            Event(chunk, "", end, isUsage: false);
        }

        if (place == 3)
        {
            var chunk = new JsonObject { ["id"] = "c", ["choices"] = new JsonArray(), ["usage"] = ChatUsage(), ["model"] = "m-9" };
            Extra(chunk);
            Event(chunk, "", end, isUsage: true);
        }

        if (_random.Next(4) > 0)
        {
            Noise(end);
            _events.Add(("data: [DONE]" + end + end, false));
        }

        return this;
    }

    public RandomStream Messages()
    {
        var end = LineEnd();
        var named = _random.Next(4) > 0;
        Mark();
        var message = new JsonObject { ["id"] = "msg", ["model"] = "claude-" + _random.Next(3), ["usage"] = MessageUsage(isStart: true) };
        Extra(message);
        Event(new JsonObject { ["type"] = "message_start", ["message"] = message }, named ? "message_start" : "", end, false);
        for (var i = _random.Next(10); i > 0; i--)
        {
            Noise(end);
            var delta = _random.Next(3) switch
            {
                0 => new JsonObject { ["type"] = "text_delta", ["text"] = Words() },
                1 => new JsonObject { ["type"] = "thinking_delta", ["thinking"] = Words() },
                _ => new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = Words() },
            };
            var chunk = new JsonObject { ["type"] = "content_block_delta", ["index"] = 0, ["delta"] = delta };
            Event(chunk, named ? "content_block_delta" : "", end, false);
        }

        for (var i = _random.Next(3); i > 0; i--)
        {
            var chunk = new JsonObject
            {
                ["type"] = "message_delta",
                ["delta"] = new JsonObject { ["stop_reason"] = "end_turn" },
                ["usage"] = MessageUsage(isStart: false),
            };
            Extra(chunk);
            Event(chunk, named ? "message_delta" : "", end, false);
        }

        if (_random.Next(3) > 0)
        {
            Event(new JsonObject { ["type"] = "message_stop" }, named ? "message_stop" : "", end, false);
        }

        return this;
    }

    public RandomStream Gemini()
    {
        var end = LineEnd();
        var prompt = _random.Next(5000);
        var candidates = 0;
        Mark();
        for (var i = _random.Next(1, 8); i > 0; i--)
        {
            candidates += _random.Next(50);
            var usage = new JsonObject { ["promptTokenCount"] = prompt, ["candidatesTokenCount"] = candidates };
            if (_random.Next(2) == 0)
            {
                usage["thoughtsTokenCount"] = _random.Next(100);
                usage["cachedContentTokenCount"] = _random.Next(prompt + 1);
            }

            if (_random.Next(3) == 0)
            {
                usage["toolUsePromptTokenCount"] = _random.Next(100);
            }

            var candidate = new JsonObject
            {
                ["content"] = new JsonObject { ["parts"] = new JsonArray(new JsonObject { ["text"] = Words() }), ["role"] = "model" },
            };
            if (i == 1)
            {
                candidate["finishReason"] = "STOP";
            }

            var chunk = new JsonObject { ["candidates"] = new JsonArray(candidate), ["usageMetadata"] = usage, ["modelVersion"] = "g" };
            Extra(chunk);
            Event(chunk, "", end, false);
        }

        return this;
    }

    /// <summary>The pieces in which the bytes arrive.</summary>
    public static List<ReadOnlyMemory<byte>> Pieces(byte[] bytes, int seed)
    {
        var random = new Random(seed);
        var pieces = new List<ReadOnlyMemory<byte>>();
        var most = random.Next(4) switch { 0 => 1, 1 => 8, 2 => 200, _ => 2000 };
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, most + 1), bytes.Length - at);
            pieces.Add(bytes.AsMemory(at, length));
            at += length;
        }

        return pieces;
    }

    private JsonObject ChatUsage()
    {
        var prompt = _random.Next(10_000);
        var completion = _random.Next(2000);
        var usage = new JsonObject { ["prompt_tokens"] = prompt, ["completion_tokens"] = completion };
        if (_random.Next(2) == 0)
        {
            usage["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = _random.Next(prompt + 1), ["text_tokens"] = 1 };
        }

        if (_random.Next(2) == 0)
        {
            usage["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = _random.Next(completion + 1) };
        }

        if (_random.Next(2) == 0)
        {
            usage["total_tokens"] = prompt + completion;
        }

        Extra(usage);
        return usage;
    }

    private JsonObject MessageUsage(bool isStart)
    {
        var usage = new JsonObject();
        foreach (var name in new[] { "input_tokens", "output_tokens", "cache_read_input_tokens" })
        {
            if (isStart || _random.Next(2) == 0 || name == "output_tokens")
            {
                usage[name] = _random.Next(3) == 0 ? 0 : _random.Next(9999);
            }
        }

        if (isStart && _random.Next(2) == 0)
        {
            var (minutes, hour) = (_random.Next(100), _random.Next(100));
            usage["cache_creation_input_tokens"] = minutes + hour;
            usage["cache_creation"] = new JsonObject { ["ephemeral_5m_input_tokens"] = minutes, ["ephemeral_1h_input_tokens"] = hour };
        }

        Extra(usage);
        return usage;
    }

    private void Extra(JsonObject target)
    {
        for (var i = _random.Next(3); i > 0; i--)
        {
            target["x" + _random.Next(99)] = _random.Next(4) switch
            {
                0 => Words(),
                1 => new JsonObject { ["usage"] = new JsonObject { ["prompt_tokens"] = 77 }, ["type"] = Words() },
                2 => new JsonArray(1.5, true, null, new JsonArray(new JsonObject { ["model"] = "z" })),
                _ => _random.Next(),
            };
        }
    }

    private string Words() =>
        string.Concat(Enumerable.Range(0, _random.Next(6)).Select(_ => s_words[_random.Next(s_words.Length)]));

    private string LineEnd() => _random.Next(3) switch { 0 => "\r\n", 1 => "\r", _ => "\n" };

    private void Mark()
    {
        if (_random.Next(5) == 0)
        {
            _events.Add(("\uFEFF", false));
        }
    }

    private void Noise(string end)
    {
        if (_random.Next(4) == 0)
        {
            _events.Add((": ping \"usage\"" + end + (_random.Next(2) == 0 ? end : ""), false));
        }

        if (_random.Next(6) == 0)
        {
            _events.Add(("event: ping" + end + "data: {\"type\": \"ping\"}" + end + end, false));
            Data.Add(new JsonObject { ["type"] = "ping" });
        }
    }

    private void Event(JsonObject data, string name, string end, bool isUsage)
    {
        Data.Add(data);
        if (isUsage && _events.Count > 0 && _events[^1].Text.StartsWith(": ", StringComparison.Ordinal)
            && !_events[^1].Text.EndsWith(end + end, StringComparison.Ordinal))
        {
            // A comment without an empty line belongs to the event behind it.
            _events[^1] = (_events[^1].Text + end, false);
        }

        var space = _random.Next(4) == 0 ? "" : " ";
        var json = _random.Next(5) == 0 ? data.ToJsonString(s_indented) : data.ToJsonString();
        var lines = json.ReplaceLineEndings("\n").Split('\n').Select(line => $"data:{space}{line}{end}");
        _events.Add(((name.Length > 0 ? $"event: {name}{end}" : "") + string.Concat(lines) + end, isUsage));
    }
}
