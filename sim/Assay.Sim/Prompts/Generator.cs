using System.Globalization;
using System.Text.Json;
using Assay.Sim.Faults;
using Assay.Sim.Providers;
using Assay.Sim.Script;
using Assay.Sim.Tally;

namespace Assay.Sim.Prompts;

/// <summary>What a format's reader found in a request that decides about the answer.</summary>
internal sealed record Ask
{
    public required PromptMeter Prompt { get; init; }

    public CacheUse Cache { get; init; }

    /// <summary>The request's bound on output tokens, reasoning included.</summary>
    public int? OutputMax { get; init; }

    public int Choices { get; init; } = 1;

    public bool Reasons { get; init; }

    /// <summary>Name and parameter schema of each tool that may be called.</summary>
    public IReadOnlyList<(string Name, JsonElement? Schema)> Tools { get; init; } = [];

    public bool MustCallTool { get; init; }

    public bool SpeaksAudio { get; init; }

    /// <summary>Whether images are counted apart (Gemini) or as text.</summary>
    public bool ImagesApart { get; init; }

    /// <summary>Whether a provider-side web search is on offer.</summary>
    public bool MaySearch { get; init; }

    /// <summary>How ids of tool calls begin.</summary>
    public string ToolIdPrefix { get; init; } = "call_";

    /// <summary>How many tokens an event carries by default.</summary>
    public int TokensPerEvent { get; init; } = 1;
}

/// <summary>Draws an answer from seed, prompt and instructions.</summary>
internal static class Generator
{
    public static Generation Generate(Ask ask, SimRequest request, int seed)
    {
        var how = request.Instructions;
        var prompt = ask.Prompt;
        var drawSeed = unchecked((int)(prompt.Fingerprint ^ (prompt.Fingerprint >> 32)) ^ (seed * 1_000_003));
        var random = new Random(drawSeed);

        // Draw in a fixed order, so that one instruction does not change what else is drawn.
        var drawnTokens = random.Next(8, 120);
        var drawnReasoning = random.Next(16, 160);
        var wantsTool = random.Next(3) == 0;
        var toolIndex = ask.Tools.Count == 0 ? 0 : random.Next(ask.Tools.Count);
        var drawnSearches = random.Next(0, 3);
        var drawnAudio = random.Next(40, 200);

        var reasoning = how.Reasoning ?? (ask.Reasons ? drawnReasoning : 0);
        var tokens = how.Tokens ?? drawnTokens;
        var outOfTokens = false;
        if (ask.OutputMax is { } max && how.Tokens is null && how.Reasoning is null)
        {
            reasoning = Math.Min(reasoning, max);
            outOfTokens = tokens > max - reasoning;
            tokens = Math.Min(tokens, max - reasoning);
        }

        List<ToolUse> tools = [];
        if (ask.Tools.Count > 0 && !outOfTokens && how.Tool != "none" && (how.Tool is not null || ask.MustCallTool || wantsTool)
            && (how.Turns is not { } turns || ToolResults.Count(request.Body) < turns))
        {
            var named = ask.Tools.FirstOrDefault(t => t.Name == how.Tool);
            var tool = named.Name is null ? ask.Tools[toolIndex] : named;
            tools.Add(new ToolUse(ask.ToolIdPrefix + Words.Id(random, 24), tool.Name, how.Arguments ?? Arguments(tool.Schema, random)));
        }

        return new Generation
        {
            Seed = drawSeed,
            TokensPerChoice = tokens,
            Choices = ask.Choices,
            TokensPerEvent = how.Events is > 0 and var events ? Math.Max(1, (tokens + events - 1) / events) : ask.TokensPerEvent,
            Tools = tools,
            OutOfTokens = outOfTokens,
            Instructions = how,
            Usage = how.Usage == UsageTelling.Zero
                ? new SimUsage { Request = 1 }
                : Tellable(request, Count(ask, how, tokens, reasoning, tools, drawnSearches, drawnAudio)),
        };
    }

    private static SimUsage Count(
        Ask ask, SimInstructions how, int tokens, int reasoning, List<ToolUse> tools, int drawnSearches, int drawnAudio)
    {
        var read = how.CacheRead ?? ask.Cache.Read;
        var write5m = how.CacheWrite5m ?? ask.Cache.Write5m;
        var write1h = how.CacheWrite1h ?? ask.Cache.Write1h;
        var text = ask.Prompt.Text + (ask.ImagesApart ? 0 : ask.Prompt.Images);
        return new SimUsage
        {
            Input = (how.Input ?? Math.Max(0, text - ask.Cache.Read - ask.Cache.Write5m - ask.Cache.Write1h)) + (how.ToolPrompt ?? 0),
            CacheRead = read,
            CacheWrite5m = write5m,
            CacheWrite1h = write1h,
            AudioInput = how.AudioInput ?? ask.Prompt.Audio,
            ImageInput = ask.ImagesApart ? ask.Prompt.Images : 0,
            Output = ((long)tokens * ask.Choices) + tools.Sum(t => t.Tokens),
            Reasoning = reasoning,
            AudioOutput = how.AudioOutput ?? (ask.SpeaksAudio ? drawnAudio : 0),
            WebSearch = how.Searches ?? (ask.MaySearch ? drawnSearches : 0),
            Request = 1,
        };
    }

    /// <summary>Only the classes that the format has words for.</summary>
    private static SimUsage Tellable(SimRequest request, in SimUsage usage) => request.Format switch
    {
        SimFormat.OpenAI when request.Operation == "responses" =>
            usage with { CacheWrite1h = 0, ImageInput = 0, AudioInput = 0, AudioOutput = 0 },
        SimFormat.OpenAI => usage with { CacheWrite1h = 0, ImageInput = 0, WebSearch = 0 },
        SimFormat.Anthropic when request.Operation == "converse" => usage with
        {
            Output = usage.Output + usage.Reasoning,
            Reasoning = 0,
            AudioInput = 0,
            AudioOutput = 0,
            ImageInput = 0,
            WebSearch = 0,
        },
        SimFormat.Anthropic => usage with { AudioInput = 0, AudioOutput = 0, ImageInput = 0 },
        _ => usage with { CacheWrite5m = 0, CacheWrite1h = 0, WebSearch = 0 },
    };

    private static string Arguments(JsonElement? schema, Random random) => Json.Text(json => Value(json, schema, random, 0));

    private static void Value(Utf8JsonWriter json, JsonElement? schema, Random random, int depth)
    {
        var s = schema is { ValueKind: JsonValueKind.Object } o ? o : default;
        if (s.ValueKind == JsonValueKind.Object && s.TryGetProperty("enum", out var choices)
            && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0)
        {
            choices[random.Next(choices.GetArrayLength())].WriteTo(json);
            return;
        }

        switch (TypeOf(s, depth))
        {
            case "object":
                json.WriteStartObject();
                if (s.ValueKind == JsonValueKind.Object && depth < 4
                    && s.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
                {
                    foreach (var property in properties.EnumerateObject())
                    {
                        json.WritePropertyName(property.Name);
                        Value(json, property.Value, random, depth + 1);
                    }
                }

                json.WriteEndObject();
                break;
            case "array":
                json.WriteStartArray();
                json.WriteEndArray();
                break;
            case "integer" or "number":
                json.WriteNumberValue(random.Next(1, 100));
                break;
            case "boolean":
                json.WriteBooleanValue(random.Next(2) == 0);
                break;
            default:
                json.WriteStringValue(string.Create(
                    CultureInfo.InvariantCulture, $"src/{Words.Hex(random, 6)}/{Words.Next(random, false).Trim()}"));
                break;
        }
    }

    // Gemini writes types in capitals; a schema may be absent, then arguments are an empty object.
    private static string TypeOf(JsonElement schema, int depth) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            ? type.GetString()!.ToLowerInvariant()
            : depth == 0 ? "object" : "string";
}
