using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Prompts;

namespace Assay.Sim.Providers.Clouds;

/// <summary>Bedrock's <c>Converse</c> and <c>ConverseStream</c>, for any model. Reasoning is inside the output, as it is there.</summary>
internal static class Converse
{
    public static Answer Answer(SimRequest request, SimState state)
    {
        var ask = Read(request, state);
        var generation = Generator.Generate(ask, request, state.Seed);
        var message = new Message(request, generation, ask.Reasons);
        return new Answer
        {
            Billable = true,
            Usage = generation.Usage,
            Body = request.Streamed ? default : message.Body(),
            BodyTellsUsage = request.Instructions.Usage is not (UsageTelling.Never or UsageTelling.Null),
            Frames = request.Streamed ? message.Frames() : null,
            ContentEvents = generation.Events,
        };
    }

    private static Ask Read(SimRequest request, SimState state)
    {
        var body = request.Body;
        var prompt = new PromptMeter(request.CacheScope);
        prompt.AddEach(body.Get("toolConfig")?.Get("tools"));
        prompt.AddEach(body.Get("system"));
        foreach (var message in body.GetItems("messages"))
        {
            prompt.AddEach(message.Get("content"));
        }

        var fields = body.Get("additionalModelRequestFields") ?? default;
        var tools = (body.Get("toolConfig") ?? default).GetItems("tools").Select(tool => tool.Get("toolSpec")).OfType<JsonElement>();
        var choice = body.Get("toolConfig")?.Get("toolChoice") ?? default;
        return new Ask
        {
            Prompt = prompt,
            Cache = state.Cache.Marked(prompt.Steps),
            OutputMax = body.Get("inferenceConfig")?.GetNumber("maxTokens"),
            Reasons = fields.Get("thinking")?.GetText("type") is "enabled" or "adaptive"
                || fields.Get("reasoningConfig")?.GetText("type") == "enabled"
                || fields.GetText("reasoning_effort") is not null,
            Tools = [.. tools.Select(tool => (tool.GetText("name") ?? "", tool.Get("inputSchema")?.Get("json")))],
            MustCallTool = choice.Get("any") is not null || choice.Get("tool") is not null,
            ToolIdPrefix = "tooluse_",
            TokensPerEvent = 4,
        };
    }

    private sealed class Message(SimRequest request, Generation generation, bool showsThinking)
    {
        private readonly UsageTelling _telling = request.Instructions.Usage;
        private readonly bool _showsThinking = showsThinking;

        private string Stop => generation.Tools.Count > 0 ? "tool_use" : generation.OutOfTokens ? "max_tokens" : "end_turn";

        public byte[] Body() => Json.Bytes(json => json.Object(() =>
        {
            json.Object("output", () => json.Object("message", () =>
            {
                json.WriteString("role", "assistant");
                json.Array("content", () => Content(json));
            }));
            json.WriteString("stopReason", Stop);
            Told(json);
        }));

        public IEnumerable<Frame> Frames()
        {
            yield return Event("messageStart", 0, static json => json.WriteString("role", "assistant"));
            var index = 0;
            if (_showsThinking)
            {
                foreach (var piece in generation.ReasoningPieces())
                {
                    yield return Delta(index, 0, json => json.Object("reasoningContent", () => json.WriteString("text", piece)));
                }

                yield return Delta(index, 0, json => json.Object("reasoningContent", () => json.WriteString("signature", Signature())));
                yield return End(index++, 0);
            }

            long output = 0;
            foreach (var piece in generation.Pieces(0))
            {
                output += piece.Tokens;
                yield return Delta(index, output, json => json.WriteString("text", piece.Text), isContent: true);
            }

            yield return End(index, output);
            foreach (var tool in generation.Tools)
            {
                index++;
                foreach (var frame in Tool(index, tool, output))
                {
                    yield return frame;
                }

                output += tool.Tokens;
            }

            yield return Event("messageStop", output, json => json.WriteString("stopReason", Stop));
            if (_telling is not (UsageTelling.Never or UsageTelling.Null))
            {
                yield return Event("metadata", output, Told, tellsUsage: true);
            }
        }

        private static IEnumerable<Frame> Tool(int index, ToolUse tool, long output)
        {
            yield return Event("contentBlockStart", output, json =>
            {
                json.Object("start", () => json.Object("toolUse", () =>
                {
                    json.WriteString("toolUseId", tool.Id);
                    json.WriteString("name", tool.Name);
                }));
                json.WriteNumber("contentBlockIndex", index);
            });
            foreach (var fragment in tool.Fragments())
            {
                yield return Delta(index, output, json => json.Object("toolUse", () => json.WriteString("input", fragment)));
            }

            yield return End(index, output + tool.Tokens);
        }

        private void Content(Utf8JsonWriter json)
        {
            if (_showsThinking)
            {
                json.Object(() => json.Object("reasoningContent", () => json.Object("reasoningText", () =>
                {
                    json.WriteString("text", string.Concat(generation.ReasoningPieces()));
                    json.WriteString("signature", Signature());
                })));
            }

            json.Object(() => json.WriteString("text", generation.Text(0)));
            foreach (var tool in generation.Tools)
            {
                json.Object(() => json.Object("toolUse", () =>
                {
                    json.WriteString("toolUseId", tool.Id);
                    json.WriteString("name", tool.Name);
                    json.WritePropertyName("input");
                    json.WriteRawValue(tool.Arguments);
                }));
            }
        }

        private void Told(Utf8JsonWriter json)
        {
            if (_telling is not (UsageTelling.Never or UsageTelling.Null))
            {
                var usage = generation.Usage;
                json.Object("usage", () =>
                {
                    json.WriteNumber("inputTokens", usage.Input);
                    json.WriteNumber("outputTokens", usage.Output);
                    json.WriteNumber("totalTokens", usage.Input + usage.Output + usage.CacheRead + usage.CacheWrite5m + usage.CacheWrite1h);
                    json.WriteNumber("cacheReadInputTokens", usage.CacheRead);
                    json.WriteNumber("cacheWriteInputTokens", usage.CacheWrite5m + usage.CacheWrite1h);
                    json.Array("cacheDetails", () =>
                    {
                        Lifetime(json, "5m", usage.CacheWrite5m);
                        Lifetime(json, "1h", usage.CacheWrite1h);
                    });
                });
            }

            json.Object("metrics", () => json.WriteNumber("latencyMs", 417));
        }

        private static void Lifetime(Utf8JsonWriter json, string ttl, long tokens)
        {
            if (tokens > 0)
            {
                json.Object(() =>
                {
                    json.WriteString("ttl", ttl);
                    json.WriteNumber("inputTokens", tokens);
                });
            }
        }

        private static Frame Delta(int index, long output, Action<Utf8JsonWriter> write, bool isContent = false) => Event(
            "contentBlockDelta",
            output,
            json =>
            {
                json.WriteNumber("contentBlockIndex", index);
                json.Object("delta", () => write(json));
            },
            isContent);

        private static Frame End(int index, long output) =>
            Event("contentBlockStop", output, json => json.WriteNumber("contentBlockIndex", index));

        // "p" is Bedrock's padding, of another length in each event.
        private static Frame Event(string name, long output, Action<Utf8JsonWriter> write, bool isContent = false, bool tellsUsage = false) =>
            new(
                Sse.Event(name, Json.Bytes(json => json.Object(() =>
                {
                    write(json);
                    json.WriteString("p", "abcdefghijklmnop"[..(int)(output % 16)]);
                }))),
                output, 0, isContent, tellsUsage);

        private string Signature() => Words.Id(new Random(generation.Seed ^ 31), 64) + "==";
    }
}
