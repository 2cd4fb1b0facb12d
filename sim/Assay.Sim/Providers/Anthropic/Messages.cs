using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Prompts;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers.Anthropic;

/// <summary><c>POST /v1/messages</c> and <c>/v1/messages/count_tokens</c>.</summary>
internal static class Messages
{
    public static Answer Answer(SimRequest request, SimState state)
    {
        var generation = Generator.Generate(Read(request, state), request, state.Seed);
        var tier = request.Instructions.Tier ?? "standard";
        var message = new Message(request, generation, tier, "msg_01" + Words.Id(request.Ids, 22));
        return new Answer
        {
            Billable = true,
            Usage = generation.Usage,
            ServiceTier = tier == "standard" ? "" : tier,
            ContentType = request.Streamed ? "text/event-stream; charset=utf-8" : "application/json",
            Body = request.Streamed ? default : message.Body(),
            BodyTellsUsage = request.Instructions.Usage is not (UsageTelling.Never or UsageTelling.Null),
            Frames = request.Streamed ? message.Frames() : null,
            ContentEvents = generation.Events,
            ErrorFrame = Sse.Event("error", SimErrors.Body(SimFormat.Anthropic, 529, message.Id, "Overloaded")),
        };
    }

    public static Answer CountTokens(SimRequest request)
    {
        var prompt = Meter(request);
        return new Answer
        {
            Body = Json.Bytes(json => json.Object(() => json.WriteNumber(
                "input_tokens", request.Instructions.Input ?? prompt.Text + prompt.Images))),
        };
    }

    private static PromptMeter Meter(SimRequest request)
    {
        var prompt = new PromptMeter(request.CacheScope);
        prompt.AddEach(request.Body.Get("tools"));
        prompt.AddEach(request.Body.Get("system"));
        foreach (var message in request.Body.GetItems("messages"))
        {
            prompt.AddEach(message.Get("content"));
        }

        return prompt;
    }

    private static Ask Read(SimRequest request, SimState state)
    {
        var body = request.Body;
        var prompt = Meter(request);
        var steps = prompt.Steps;
        if (body.Get("cache_control") is { } whole && steps.Count > 0)
        {
            // A mark on the request itself stands for one on its last block.
            var mark = whole.GetText("ttl") == "1h" ? CacheMark.OneHour : CacheMark.FiveMinutes;
            steps = [.. steps.SkipLast(1), steps[^1] with { Mark = mark }];
        }

        var tools = body.GetItems("tools").ToList();
        return new Ask
        {
            Prompt = prompt,
            Cache = state.Cache.Marked(steps),
            OutputMax = body.GetNumber("max_tokens"),
            Reasons = body.Get("thinking")?.GetText("type") is "enabled" or "adaptive",
            Tools = [.. tools.Where(t => t.Get("input_schema") is not null).Select(t => (t.GetText("name") ?? "", t.Get("input_schema")))],
            MustCallTool = body.Get("tool_choice")?.GetText("type") is "any" or "tool",
            MaySearch = tools.Any(t => t.GetText("type")?.StartsWith("web_search_", StringComparison.Ordinal) ?? false),
            ToolIdPrefix = "toolu_01",
            TokensPerEvent = 4,
        };
    }

    private sealed class Message(SimRequest request, Generation generation, string tier, string id)
    {
        private readonly UsageTelling _telling = request.Instructions.Usage;
        private readonly SimUsage _usage = generation.Usage;
        private readonly bool _showsThinking = generation.Usage.Reasoning > 0;

        public string Id => id;

        private string Stop => generation.Tools.Count > 0 ? "tool_use" : generation.OutOfTokens ? "max_tokens" : "end_turn";

        public byte[] Body() => Json.Bytes(json => json.Object(() =>
        {
            WriteHead(json, id);
            json.Array("content", () =>
            {
                if (_showsThinking)
                {
                    json.Object(() =>
                    {
                        json.WriteString("type", "thinking");
                        json.WriteString("thinking", string.Concat(generation.ReasoningPieces()));
                        json.WriteString("signature", Signature());
                    });
                }

                json.Object(() =>
                {
                    json.WriteString("type", "text");
                    json.WriteString("text", generation.Text(0));
                });
                foreach (var tool in generation.Tools)
                {
                    json.Object(() =>
                    {
                        json.WriteString("type", "tool_use");
                        json.WriteString("id", tool.Id);
                        json.WriteString("name", tool.Name);
                        json.WritePropertyName("input");
                        json.WriteRawValue(tool.Arguments);
                        WriteCaller(json);
                    });
                }
            });
            json.WriteString("stop_reason", Stop);
            json.WriteNull("stop_sequence");
            for (var i = 0; i < (_telling == UsageTelling.Twice ? 2 : 1); i++)
            {
                if (_telling == UsageTelling.Null)
                {
                    json.WriteNull("usage");
                }
                else if (_telling != UsageTelling.Never)
                {
                    AnthropicUsage.WriteMessage(json, _usage, _usage.AllOutput, tier, final: true);
                }
            }
        }));

        public IEnumerable<Frame> Frames()
        {
            yield return Start();
            var index = 0;
            if (_showsThinking)
            {
                foreach (var frame in Thinking(index++))
                {
                    yield return frame;
                }
            }

            yield return Event("content_block_start", 0, json => WriteBlockStart(json, index, "text", () => json.WriteString("text", "")));
            yield return Event("ping", 0, static _ => { });
            long output = 0;
            foreach (var piece in generation.Pieces(0))
            {
                output += piece.Tokens;
                var at = index;
                yield return Event("content_block_delta", output, json => WriteDelta(json, at, "text_delta", "text", piece.Text), isContent: true);
            }

            yield return Event("content_block_stop", output, json => json.WriteNumber("index", index));
            foreach (var tool in generation.Tools)
            {
                index++;
                foreach (var frame in Tool(index, tool, output))
                {
                    yield return frame;
                }

                output += tool.Tokens;
            }

            for (var i = 0; i < (_telling == UsageTelling.Twice ? 2 : 1); i++)
            {
                yield return Delta(output);
            }

            yield return Event("message_stop", output, static _ => { });
        }

        private Frame Start() => Event("message_start", 0, json => json.Object("message", () =>
        {
            WriteHead(json, id);
            json.Array("content", static () => { });
            json.WriteNull("stop_reason");
            json.WriteNull("stop_sequence");
            if (_telling != UsageTelling.Never)
            {
                AnthropicUsage.WriteMessage(json, _usage, Math.Min(1, _usage.AllOutput), tier, final: false);
            }
        }));

        private Frame Delta(long output) => Event(
            "message_delta",
            output,
            json =>
            {
                json.Object("delta", () =>
                {
                    json.WriteString("stop_reason", Stop);
                    json.WriteNull("stop_sequence");
                });
                if (_telling == UsageTelling.Null)
                {
                    json.WriteNull("usage");
                }
                else if (_telling != UsageTelling.Never)
                {
                    AnthropicUsage.WriteDelta(json, _usage, _usage.AllOutput);
                }
            },
            tellsUsage: _telling is not (UsageTelling.Never or UsageTelling.Null));

        private IEnumerable<Frame> Thinking(int index)
        {
            yield return Event("content_block_start", 0, json => WriteBlockStart(json, index, "thinking", () =>
            {
                json.WriteString("thinking", "");
                json.WriteString("signature", "");
            }));
            foreach (var piece in generation.ReasoningPieces())
            {
                yield return Event("content_block_delta", 0, json => WriteDelta(json, index, "thinking_delta", "thinking", piece));
            }

            yield return Event("content_block_delta", 0, json => WriteDelta(json, index, "signature_delta", "signature", Signature()));
            yield return Event("content_block_stop", 0, json => json.WriteNumber("index", index));
        }

        private IEnumerable<Frame> Tool(int index, ToolUse tool, long output)
        {
            yield return Event("content_block_start", output, json => WriteBlockStart(json, index, "tool_use", () =>
            {
                json.WriteString("id", tool.Id);
                json.WriteString("name", tool.Name);
                json.Object("input", static () => { });
                WriteCaller(json);
            }));
            yield return Event("content_block_delta", output, json => WriteDelta(json, index, "input_json_delta", "partial_json", ""));
            foreach (var fragment in tool.Fragments())
            {
                yield return Event("content_block_delta", output, json => WriteDelta(json, index, "input_json_delta", "partial_json", fragment));
            }

            yield return Event("content_block_stop", output + tool.Tokens, json => json.WriteNumber("index", index));
        }

        private Frame Event(string name, long output, Action<Utf8JsonWriter> write, bool isContent = false, bool tellsUsage = false)
        {
            var bytes = Json.Bytes(json => json.Object(() =>
            {
                json.WriteString("type", name);
                write(json);
                if (_telling == UsageTelling.Every && isContent)
                {
                    AnthropicUsage.WriteDelta(json, _usage, output + _usage.Reasoning);
                }
            }));
            return new Frame(Sse.Event(name, bytes), output, output > 0 ? _usage.Reasoning : 0, isContent, tellsUsage);
        }

        private void WriteHead(Utf8JsonWriter json, string messageId)
        {
            json.WriteString("model", request.BaseModel);
            json.WriteString("id", messageId);
            json.WriteString("type", "message");
            json.WriteString("role", "assistant");
        }

        // The model itself, not code that it ran.
        private static void WriteCaller(Utf8JsonWriter json) => json.Object("caller", () => json.WriteString("type", "direct"));

        private static void WriteBlockStart(Utf8JsonWriter json, int index, string type, Action write)
        {
            json.WriteNumber("index", index);
            json.Object("content_block", () =>
            {
                json.WriteString("type", type);
                write();
            });
        }

        private static void WriteDelta(Utf8JsonWriter json, int index, string type, string field, string value)
        {
            json.WriteNumber("index", index);
            json.Object("delta", () =>
            {
                json.WriteString("type", type);
                json.WriteString(field, value);
            });
        }

        private string Signature() => Words.Id(new Random(generation.Seed ^ 31), 64) + "==";
    }
}
