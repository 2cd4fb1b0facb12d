using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Prompts;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers.Gemini;

/// <summary><c>:generateContent</c>, <c>:streamGenerateContent</c> (events or a JSON array) and <c>:countTokens</c>.</summary>
internal static class GenerateContent
{
    public static Answer Answer(SimRequest request, SimState state)
    {
        var generation = Generator.Generate(Read(request, state), request, state.Seed);
        var asEvents = request.Http.Request.Query["alt"] == "sse";
        var content = new Content(request, generation, asEvents);
        return new Answer
        {
            Billable = true,
            Usage = generation.Usage,
            ServiceTier = request.Instructions.Tier ?? "",
            ContentType = request.Streamed && asEvents ? "text/event-stream" : "application/json; charset=UTF-8",
            Body = request.Streamed ? default : content.Body(),
            BodyTellsUsage = request.Instructions.Usage is not (UsageTelling.Never or UsageTelling.Null),
            Frames = request.Streamed ? content.Frames() : null,
            ContentEvents = generation.Events,
            ErrorFrame = content.Error(),
        };
    }

    public static Answer CountTokens(SimRequest request)
    {
        var body = request.Body.Get("generateContentRequest") ?? request.Body;
        var prompt = Meter(request, body);
        return new Answer
        {
            ContentType = "application/json; charset=UTF-8",
            Body = Json.Bytes(
                json => json.Object(() =>
                {
                    json.WriteNumber("totalTokens", request.Instructions.Input ?? prompt.Text + prompt.Images + prompt.Audio);
                    json.Array("promptTokensDetails", () => json.Object(() =>
                    {
                        json.WriteString("modality", "TEXT");
                        json.WriteNumber("tokenCount", request.Instructions.Input ?? prompt.Text);
                    }));
                }),
                indented: true),
        };
    }

    private static PromptMeter Meter(SimRequest request, JsonElement body)
    {
        var prompt = new PromptMeter(request.CacheScope);
        prompt.Add(body.Get("systemInstruction") ?? body.Get("system_instruction"));
        prompt.AddEach(body.Get("tools"));
        prompt.AddEach(body.Get("contents"));
        return prompt;
    }

    private static Ask Read(SimRequest request, SimState state)
    {
        var body = request.Body;
        var prompt = Meter(request, body);
        var config = body.Get("generationConfig") ?? body.Get("generation_config") ?? default;
        var tools = body.GetItems("tools")
            .SelectMany(t => t.GetItems("functionDeclarations").Concat(t.GetItems("function_declarations")));
        var calling = body.Get("toolConfig")?.Get("functionCallingConfig")?.GetText("mode");
        return new Ask
        {
            Prompt = prompt,
            Cache = state.Cache.Automatic(prompt.Steps, 1),
            OutputMax = config.GetNumber("maxOutputTokens"),
            Choices = request.Streamed ? 1 : Math.Clamp(config.GetNumber("candidateCount") ?? 1, 1, 8),
            Reasons = (request.BaseModel.Contains("-2.5", StringComparison.Ordinal) || request.BaseModel.Contains("-3", StringComparison.Ordinal))
                && config.Get("thinkingConfig")?.GetNumber("thinkingBudget") != 0,
            Tools = [.. tools.Select(f => (f.GetText("name") ?? "", f.Get("parameters")))],
            MustCallTool = calling == "ANY",
            SpeaksAudio = config.GetItems("responseModalities").Any(m => m.ValueEquals("AUDIO")),
            ImagesApart = true,
            TokensPerEvent = 24,
        };
    }

    private sealed class Content(SimRequest request, Generation generation, bool asEvents)
    {
        private readonly UsageTelling _telling = request.Instructions.Usage;
        private readonly string _responseId = Words.Id(request.Ids, 22);

        private string Finish => generation.OutOfTokens ? "MAX_TOKENS" : "STOP";

        public byte[] Body() => Json.Bytes(
            json => json.Object(() =>
            {
                json.Array("candidates", () =>
                {
                    for (var i = 0; i < generation.Choices; i++)
                    {
                        var text = generation.Text(i);
                        WriteCandidate(json, i, text, i == 0 ? generation.Tools : [], Finish);
                    }
                });
                if (_telling == UsageTelling.Null)
                {
                    json.WriteNull("usageMetadata");
                }
                else if (_telling != UsageTelling.Never)
                {
                    WriteUsage(json, generation.Usage);
                }

                if (_telling == UsageTelling.Twice)
                {
                    WriteUsage(json, generation.Usage);
                }

                WriteTail(json);
            }),
            indented: true);

        public byte[] Error()
        {
            var body = SimErrors.Body(SimFormat.Gemini, 503, "", "The model is overloaded. Please try again later.");
            return asEvents ? Sse.Data(body.AsSpan().ToArray().Where(b => b != '\n').ToArray(), "\r\n").ToArray() : [.. ",\r\n"u8, .. body, .. "]"u8];
        }

        public IEnumerable<Frame> Frames()
        {
            var usage = generation.Usage;
            var tellsUsage = _telling is not (UsageTelling.Never or UsageTelling.Null);
            long output = 0;
            var first = true;
            using var pieces = generation.Pieces(0).GetEnumerator();
            var more = pieces.MoveNext();
            while (more)
            {
                var piece = pieces.Current;
                more = pieces.MoveNext();
                output += piece.Tokens;
                var isLast = !more && generation.Tools.Count == 0 && _telling != UsageTelling.Twice;
                yield return Chunk(output, piece.Text, [], isLast, ref first, isContent: true, isLast && tellsUsage);
            }

            if (generation.Tools.Count > 0 || _telling == UsageTelling.Twice || first)
            {
                output += generation.ToolTokens;
                yield return Chunk(output, generation.Tools.Count == 0 ? "" : null, generation.Tools, true, ref first, false, tellsUsage);
            }

            if (_telling == UsageTelling.Twice)
            {
                yield return Chunk(output, "", [], true, ref first, false, tellsUsage);
            }

            if (!asEvents)
            {
                yield return new Frame("]"u8.ToArray(), output, usage.Reasoning);
            }
        }

        // The real service tells the usage so far in every chunk; the last one's is final.
        private Frame Chunk(
            long output, string? text, IReadOnlyList<ToolUse> tools, bool isLast, ref bool first, bool isContent, bool tellsUsage)
        {
            var usage = isLast ? generation.Usage : generation.Usage with { Output = Math.Min(output, generation.Usage.Output), AudioOutput = 0 };
            var bytes = Json.Bytes(
                json => json.Object(() =>
                {
                    json.Array("candidates", () => WriteCandidate(json, 0, text, tools, isLast ? Finish : null));
                    if (_telling == UsageTelling.Null)
                    {
                        json.WriteNull("usageMetadata");
                    }
                    else if (_telling != UsageTelling.Never && (isLast || _telling != UsageTelling.LastChoice))
                    {
                        WriteUsage(json, usage);
                    }

                    WriteTail(json);
                }),
                indented: !asEvents);
            ReadOnlyMemory<byte> framed = asEvents
                ? Sse.Data(bytes, "\r\n")
                : (byte[])[.. first ? "["u8 : ",\r\n"u8, .. bytes];
            first = false;
            return new Frame(framed, output, generation.Usage.Reasoning, isContent, tellsUsage);
        }

        private void WriteUsage(Utf8JsonWriter json, SimUsage usage) =>
            GeminiUsage.Write(json, usage, usage.Input == 0 ? 0 : request.Instructions.ToolPrompt ?? 0, request.Instructions.Tier ?? "");

        private void WriteCandidate(Utf8JsonWriter json, int index, string? text, IReadOnlyList<ToolUse> tools, string? finish) =>
            json.Object(() =>
            {
                json.Object("content", () =>
                {
                    json.Array("parts", () =>
                    {
                        if (text is not null)
                        {
                            json.Object(() => json.WriteString("text", text));
                        }

                        foreach (var tool in tools)
                        {
                            json.Object(() =>
                            {
                                json.Object("functionCall", () =>
                                {
                                    json.WriteString("name", tool.Name);
                                    json.WritePropertyName("args");
                                    json.WriteRawValue(tool.Arguments);
                                });
                                json.WriteString("thoughtSignature", Words.Id(new Random(generation.Seed ^ 31), 48));
                            });
                        }
                    });
                    json.WriteString("role", "model");
                });
                if (finish is not null)
                {
                    json.WriteString("finishReason", finish);
                }

                json.WriteNumber("index", index);
            });

        private void WriteTail(Utf8JsonWriter json)
        {
            json.WriteString("modelVersion", request.BaseModel);
            json.WriteString("responseId", _responseId);
        }
    }
}
