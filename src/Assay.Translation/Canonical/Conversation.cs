using System.Text.Json;
using Assay.Translation.Json;

namespace Assay.Translation.Canonical;

/// <summary>
/// A request in no format's words: what every reader makes and every writer takes. Its texts are views of the body it
/// was read from, so it lives no longer than that.
/// </summary>
internal sealed class Conversation
{
    /// <summary>The model as the body names it; empty where the format has it elsewhere.</summary>
    public string Model { get; set; } = "";

    public bool? Stream { get; set; }

    /// <summary>Chat only: the client wants the usage chunk.</summary>
    public bool IncludeUsage { get; set; }

    /// <summary>Instructions that stand before the first turn.</summary>
    public List<TextPart> System { get; } = [];

    public List<Message> Messages { get; } = [];

    public List<Tool> Tools { get; } = [];

    public ToolChoice Choice { get; set; } = ToolChoice.Unset;

    /// <summary>False: at most one call at a time.</summary>
    public bool? ParallelCalls { get; set; }

    public Sampling Sampling { get; } = new();

    public Thinking Thinking { get; set; } = new();

    public OutputFormat Output { get; set; } = new();

    public RawText UserId { get; set; }

    /// <summary>Names and values given by the client for its own use.</summary>
    public JsonElement Metadata { get; set; }

    /// <summary>In OpenAI's words: auto, default, flex, priority; empty if not said.</summary>
    public string ServiceTier { get; set; } = "";

    /// <summary>A hint that keeps calls of one conversation together.</summary>
    public RawText CacheKey { get; set; }

    /// <summary>How long the answer's text shall be: low, medium, high.</summary>
    public string Verbosity { get; set; } = "";

    /// <summary>For formats in which a tool with free text becomes a function.</summary>
    public Conversation WithToolsAsFunctions()
    {
        for (var i = 0; i < Tools.Count; i++)
        {
            if (Tools[i].Kind == ToolKind.Text)
            {
                Tools[i] = Tools[i] with { Kind = ToolKind.Function };
            }
        }

        return this;
    }
}

/// <summary>Who speaks. Results of tools are spoken by the user, as providers see it.</summary>
internal enum Role : byte
{
    System,
    User,
    Assistant,
}

/// <summary>One turn, or a part of one.</summary>
internal sealed record Message(Role Role, List<Part> Parts, JsonElement At);

/// <summary>Where sampling, bounds and stops are said. Numbers stay as they were written.</summary>
internal sealed class Sampling
{
    public long? OutputTokensMax { get; set; }

    public JsonElement Temperature { get; set; }

    public JsonElement TopP { get; set; }

    public JsonElement TopK { get; set; }

    public JsonElement Seed { get; set; }

    public JsonElement PresencePenalty { get; set; }

    public JsonElement FrequencyPenalty { get; set; }

    public List<RawText> Stops { get; } = [];

    /// <summary>The element that the stops were read from, to name it.</summary>
    public JsonElement StopsAt { get; set; }
}

/// <summary>How strictly the answer's text is bound to a form.</summary>
internal enum OutputKind : byte
{
    Text,
    JsonObject,
    JsonSchema,
}

/// <summary>The form of the answer's text.</summary>
internal sealed record OutputFormat
{
    public OutputKind Kind { get; init; }

    public RawText Name { get; init; }

    public RawText Description { get; init; }

    /// <summary>A JSON schema, as bytes of JSON.</summary>
    public ReadOnlyMemory<byte> Schema { get; init; }

    public bool? Strict { get; init; }

    public JsonElement At { get; init; }
}
