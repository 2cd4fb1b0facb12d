using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Prompts;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers.OpenAI;

/// <summary><c>POST /v1/chat/completions</c>.</summary>
internal static class ChatCompletions
{
    public static Answer Answer(SimRequest request, SimState state)
    {
        var generation = Generator.Generate(Read(request, state), request, state.Seed);
        var tier = OpenAIRequests.Tier(request);
        var call = new Chat(request, generation, tier, "chatcmpl-" + Words.Id(request.Ids, 29));
        return new Answer
        {
            Billable = true,
            Usage = generation.Usage,
            ServiceTier = tier == "default" ? "" : tier,
            ContentType = request.Streamed ? "text/event-stream; charset=utf-8" : "application/json",
            Body = request.Streamed ? default : call.Body(),
            BodyTellsUsage = request.Instructions.Usage is not (UsageTelling.Never or UsageTelling.Null),
            Frames = request.Streamed ? call.Frames() : null,
            ContentEvents = generation.Events * generation.Choices,
            ErrorFrame = Sse.Data(SimErrors.Body(SimFormat.OpenAI, 500, "", "The server had an error while processing the request.")),
        };
    }

    private static Ask Read(SimRequest request, SimState state)
    {
        var body = request.Body;
        var prompt = new PromptMeter(request.CacheScope);
        prompt.AddEach(body.Get("tools"));
        prompt.AddEach(body.Get("messages"));
        return new Ask
        {
            Prompt = prompt,
            Cache = state.Cache.Automatic(prompt.Steps, 128),
            OutputMax = body.GetNumber("max_completion_tokens") ?? body.GetNumber("max_tokens"),
            Choices = Math.Clamp(body.GetNumber("n") ?? 1, 1, 128),
            Reasons = OpenAIRequests.Reasons(request.BaseModel, body.GetText("reasoning_effort")),
            Tools = [.. body.GetItems("tools").Select(t => t.Get("function")).OfType<JsonElement>()
                .Select(f => (f.GetText("name") ?? "", f.Get("parameters")))],
            MustCallTool = body.Get("tool_choice") is { } choice
                && (choice.ValueKind == JsonValueKind.Object || choice.ValueEquals("required")),
            SpeaksAudio = body.GetItems("modalities").Any(m => m.ValueEquals("audio")),
        };
    }

    private sealed class Chat(SimRequest request, Generation generation, string tier, string id)
    {
        private readonly UsageTelling _telling = request.Instructions.Usage;
        private readonly bool _asked = request.Body.Get("stream_options")?.GetFlag("include_usage") ?? false;

        private string Finish => generation.Tools.Count > 0 ? "tool_calls" : generation.OutOfTokens ? "length" : "stop";

        public byte[] Body() => Json.Bytes(json => json.Object(() =>
        {
            WriteHead(json, "chat.completion");
            json.Array("choices", () =>
            {
                for (var i = 0; i < generation.Choices; i++)
                {
                    WriteChoice(json, i);
                }
            });
            if (_telling == UsageTelling.Null)
            {
                json.WriteNull("usage");
            }
            else if (_telling != UsageTelling.Never)
            {
                OpenAIUsage.WriteChat(json, generation.Usage);
            }

            if (_telling == UsageTelling.Twice)
            {
                OpenAIUsage.WriteChat(json, generation.Usage);
            }
        }));

        public IEnumerable<Frame> Frames()
        {
            long output = 0;
            var usage = generation.Usage;
            for (var i = 0; i < generation.Choices; i++)
            {
                yield return Chunk(i, output, json =>
                {
                    json.WriteString("role", "assistant");
                    json.WriteString("content", "");
                    json.WriteNull("refusal");
                });
            }

            // Choices take turns, as they do when a server samples them together.
            var choices = Enumerable.Range(0, generation.Choices).Select(c => generation.Pieces(c).GetEnumerator()).ToList();
            for (var going = true; going;)
            {
                going = false;
                for (var i = 0; i < choices.Count; i++)
                {
                    if (choices[i].MoveNext())
                    {
                        going = true;
                        var piece = choices[i].Current;
                        output += piece.Tokens;
                        yield return Chunk(i, output, json => json.WriteString("content", piece.Text), isContent: true);
                    }
                }
            }

            foreach (var frame in ToolFrames(output))
            {
                yield return frame;
            }

            output += generation.ToolTokens;
            var tellsInChoice = _telling is UsageTelling.LastChoice or UsageTelling.Every;
            for (var i = 0; i < generation.Choices; i++)
            {
                var last = i == generation.Choices - 1;
                yield return Chunk(i, output, static _ => { }, finish: Finish, usage: tellsInChoice && last ? usage : null);
            }

            var extra = _telling switch
            {
                UsageTelling.Twice => 2,
                UsageTelling.Normal or UsageTelling.Zero => _asked ? 1 : 0,
                _ => 0,
            };
            for (var i = 0; i < extra; i++)
            {
                yield return UsageChunk(output);
            }

            yield return new Frame("data: [DONE]\n\n"u8.ToArray(), output, usage.Reasoning);
        }

        private IEnumerable<Frame> ToolFrames(long output)
        {
            for (var t = 0; t < generation.Tools.Count; t++)
            {
                var (index, tool) = (t, generation.Tools[t]);
                yield return Chunk(0, output, json => json.Array("tool_calls", () => json.Object(() =>
                {
                    json.WriteNumber("index", index);
                    json.WriteString("id", tool.Id);
                    json.WriteString("type", "function");
                    json.Object("function", () =>
                    {
                        json.WriteString("name", tool.Name);
                        json.WriteString("arguments", "");
                    });
                })));
                foreach (var fragment in tool.Fragments())
                {
                    yield return Chunk(0, output, json => json.Array("tool_calls", () => json.Object(() =>
                    {
                        json.WriteNumber("index", index);
                        json.Object("function", () => json.WriteString("arguments", fragment));
                    })));
                }

                output += tool.Tokens;
            }
        }

        private Frame Chunk(
            int choice, long output, Action<Utf8JsonWriter> delta, bool isContent = false, string? finish = null, SimUsage? usage = null)
        {
            var bytes = Json.Bytes(json => json.Object(() =>
            {
                WriteHead(json, "chat.completion.chunk");
                json.Array("choices", () => json.Object(() =>
                {
                    json.WriteNumber("index", choice);
                    json.Object("delta", () => delta(json));
                    json.WriteNull("logprobs");
                    json.WriteString("finish_reason", finish);
                }));
                if (usage is { } final)
                {
                    OpenAIUsage.WriteChat(json, final);
                }
                else if (_telling == UsageTelling.Every)
                {
                    OpenAIUsage.WriteChat(json, SoFar(output));
                }
                else if (_telling == UsageTelling.Null || (_asked && _telling != UsageTelling.Never))
                {
                    json.WriteNull("usage");
                }
            }));
            return new Frame(Sse.Data(bytes), output, generation.Usage.Reasoning, isContent, usage is not null);
        }

        private SimUsage SoFar(long output) => generation.Usage with { Output = Math.Min(output, generation.Usage.Output), AudioOutput = 0 };

        private Frame UsageChunk(long output) => new(
            Sse.Data(Json.Bytes(json => json.Object(() =>
            {
                WriteHead(json, "chat.completion.chunk");
                json.Array("choices", static () => { });
                OpenAIUsage.WriteChat(json, generation.Usage);
            }))),
            output,
            generation.Usage.Reasoning,
            TellsUsage: true);

        private void WriteHead(Utf8JsonWriter json, string kind)
        {
            json.WriteString("id", id);
            json.WriteString("object", kind);
            json.WriteNumber("created", request.Now);
            json.WriteString("model", request.BaseModel);
            json.WriteString("service_tier", tier);
            json.WriteString("system_fingerprint", "fp_5174ab71c2");
        }

        private void WriteChoice(Utf8JsonWriter json, int index) => json.Object(() =>
        {
            json.WriteNumber("index", index);
            json.Object("message", () =>
            {
                json.WriteString("role", "assistant");
                if (generation.Usage.AudioOutput > 0)
                {
                    json.WriteNull("content");
                    WriteAudio(json, index);
                }
                else
                {
                    json.WriteString("content", generation.Text(index));
                }

                json.WriteNull("refusal");
                json.Array("annotations", static () => { });
                if (index == 0 && generation.Tools.Count > 0)
                {
                    WriteTools(json);
                }
            });
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", Finish);
        });

        private void WriteAudio(Utf8JsonWriter json, int index) => json.Object("audio", () =>
        {
            json.WriteString("id", "audio_" + id[9..]);
            json.WriteString("data", Convert.ToBase64String(new byte[generation.Usage.AudioOutput * 8]));
            json.WriteNumber("expires_at", request.Now + 3600);
            json.WriteString("transcript", generation.Text(index));
        });

        private void WriteTools(Utf8JsonWriter json) => json.Array("tool_calls", () =>
        {
            foreach (var tool in generation.Tools)
            {
                json.Object(() =>
                {
                    json.WriteString("id", tool.Id);
                    json.WriteString("type", "function");
                    json.Object("function", () =>
                    {
                        json.WriteString("name", tool.Name);
                        json.WriteString("arguments", tool.Arguments);
                    });
                });
            }
        });
    }
}
