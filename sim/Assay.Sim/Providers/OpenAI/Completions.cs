using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Prompts;
using Assay.Sim.Tally;

namespace Assay.Sim.Providers.OpenAI;

/// <summary><c>POST /v1/completions</c>: the old form, which many in-house servers still speak.</summary>
internal static class Completions
{
    public static Answer Answer(SimRequest request, SimState state)
    {
        var body = request.Body;
        var prompt = new PromptMeter(request.CacheScope);
        prompt.AddEach(body.Get("prompt"));
        var generation = Generator.Generate(
            new Ask
            {
                Prompt = prompt,
                Cache = state.Cache.Automatic(prompt.Steps, 128),
                OutputMax = body.GetNumber("max_tokens"),
                Choices = Math.Clamp(body.GetNumber("n") ?? 1, 1, 128),
            },
            request,
            state.Seed);
        var completion = new Completion(request, generation, "cmpl-" + Words.Id(request.Ids, 29));
        return new Answer
        {
            Billable = true,
            Usage = generation.Usage,
            ContentType = request.Streamed ? "text/event-stream" : "application/json",
            Body = request.Streamed ? default : completion.Body(),
            BodyTellsUsage = request.Instructions.Usage is not (UsageTelling.Never or UsageTelling.Null),
            Frames = request.Streamed ? completion.Frames() : null,
            ContentEvents = generation.Events * generation.Choices,
            ErrorFrame = Sse.Data(SimErrors.Body(SimFormat.OpenAI, 500, "", "The server had an error while processing the request.")),
        };
    }

    private sealed class Completion(SimRequest request, Generation generation, string id)
    {
        private readonly UsageTelling _telling = request.Instructions.Usage;
        private readonly bool _asked = request.Body.Get("stream_options")?.GetFlag("include_usage") ?? false;

        private string Finish => generation.OutOfTokens ? "length" : "stop";

        public byte[] Body() => Json.Bytes(json => json.Object(() =>
        {
            WriteHead(json);
            json.Array("choices", () =>
            {
                for (var i = 0; i < generation.Choices; i++)
                {
                    WriteChoice(json, i, generation.Text(i), Finish);
                }
            });
            for (var i = 0; i < (_telling == UsageTelling.Twice ? 2 : 1); i++)
            {
                if (_telling == UsageTelling.Null)
                {
                    json.WriteNull("usage");
                }
                else if (_telling != UsageTelling.Never)
                {
                    OpenAIUsage.WriteChat(json, generation.Usage);
                }
            }
        }));

        public IEnumerable<Frame> Frames()
        {
            long output = 0;
            for (var i = 0; i < generation.Choices; i++)
            {
                foreach (var piece in generation.Pieces(i))
                {
                    output += piece.Tokens;
                    yield return Chunk(i, output, piece.Text, null, null, isContent: true);
                }

                var tells = _telling is UsageTelling.LastChoice or UsageTelling.Every && i == generation.Choices - 1;
                yield return Chunk(i, output, "", Finish, tells ? generation.Usage : null, isContent: false);
            }

            var extra = _telling switch
            {
                UsageTelling.Twice => 2,
                UsageTelling.Normal or UsageTelling.Zero => _asked ? 1 : 0,
                _ => 0,
            };
            for (var i = 0; i < extra; i++)
            {
                var bytes = Json.Bytes(json => json.Object(() =>
                {
                    WriteHead(json);
                    json.Array("choices", static () => { });
                    OpenAIUsage.WriteChat(json, generation.Usage);
                }));
                yield return new Frame(Sse.Data(bytes), output, generation.Usage.Reasoning, TellsUsage: true);
            }

            yield return new Frame("data: [DONE]\n\n"u8.ToArray(), output, generation.Usage.Reasoning);
        }

        private Frame Chunk(int choice, long output, string text, string? finish, SimUsage? usage, bool isContent)
        {
            var bytes = Json.Bytes(json => json.Object(() =>
            {
                WriteHead(json);
                json.Array("choices", () => WriteChoice(json, choice, text, finish));
                if (usage is { } final)
                {
                    OpenAIUsage.WriteChat(json, final);
                }
                else if (_telling == UsageTelling.Every)
                {
                    OpenAIUsage.WriteChat(json, generation.Usage with { Output = output });
                }
                else if (_telling == UsageTelling.Null || (_asked && _telling != UsageTelling.Never))
                {
                    json.WriteNull("usage");
                }
            }));
            return new Frame(Sse.Data(bytes), output, generation.Usage.Reasoning, isContent, usage is not null);
        }

        private void WriteHead(Utf8JsonWriter json)
        {
            json.WriteString("id", id);
            json.WriteString("object", "text_completion");
            json.WriteNumber("created", request.Now);
            json.WriteString("model", request.BaseModel);
        }

        private static void WriteChoice(Utf8JsonWriter json, int index, string text, string? finish) => json.Object(() =>
        {
            json.WriteString("text", text);
            json.WriteNumber("index", index);
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", finish);
        });
    }
}
