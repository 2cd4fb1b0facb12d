using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Prompts;

namespace Assay.Sim.Providers.OpenAI;

/// <summary><c>POST /v1/responses</c>.</summary>
internal static class Responses
{
    public static Answer Answer(SimRequest request, SimState state)
    {
        var generation = Generator.Generate(Read(request, state), request, state.Seed);
        var tier = OpenAIRequests.Tier(request);
        var response = new ResponseWriter(request, generation, tier);
        return new Answer
        {
            Billable = true,
            Usage = generation.Usage,
            ServiceTier = tier == "default" ? "" : tier,
            ContentType = request.Streamed ? "text/event-stream; charset=utf-8" : "application/json",
            Body = request.Streamed ? default : Json.Bytes(json => response.WriteResponse(json, ended: true), indented: true),
            BodyTellsUsage = request.Instructions.Usage is not (UsageTelling.Never or UsageTelling.Null),
            Frames = request.Streamed ? new ResponseEvents(generation, response, request.Instructions.Usage).Frames() : null,
            ContentEvents = generation.Events,
            ErrorFrame = Sse.Event("error", Json.Bytes(json => json.Object(() =>
            {
                json.WriteString("type", "error");
                json.WriteString("code", "server_error");
                json.WriteString("message", "The server had an error while processing the request.");
                json.WriteNull("param");
                json.WriteNumber("sequence_number", 9);
            }))),
        };
    }

    private static Ask Read(SimRequest request, SimState state)
    {
        var body = request.Body;
        var prompt = new PromptMeter(request.CacheScope);
        prompt.Add(body.Get("instructions"));
        prompt.AddEach(body.Get("tools"));
        prompt.AddEach(body.Get("input"));
        var tools = body.GetItems("tools").ToList();
        return new Ask
        {
            Prompt = prompt,
            Cache = state.Cache.Automatic(prompt.Steps, 128),
            OutputMax = body.GetNumber("max_output_tokens"),
            Reasons = OpenAIRequests.Reasons(request.BaseModel, body.Get("reasoning")?.GetText("effort")),
            Tools = [.. tools.Where(t => t.GetText("type") == "function").Select(f => (f.GetText("name") ?? "", f.Get("parameters")))],
            MustCallTool = body.Get("tool_choice") is { } choice
                && (choice.ValueKind == JsonValueKind.Object || choice.ValueEquals("required")),
            MaySearch = tools.Any(t => t.GetText("type")?.StartsWith("web_search", StringComparison.Ordinal) ?? false),
        };
    }
}
