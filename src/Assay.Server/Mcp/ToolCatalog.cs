using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Assay.Server.Mcp;

/// <summary>The tools as they are announced. Schemas are written by hand: they are the contract, and are closed.</summary>
internal static class ToolCatalog
{
    public const string Search = "search_judgments";
    public const string Get = "get_judgment";
    public const string ForFiles = "judgments_for_files";
    public const string Chain = "get_chain";
    public const string Rejected = "list_rejected_and_superseded";
    public const string Draft = "draft_judgment";

    public const string Instructions =
        "The Judgment Log: decisions of this company's people, with what was rejected and why. Before you propose a design or "
        + "change a file, ask judgments_for_files and search_judgments; follow entries with live: true, never those with live: false. "
        + "When the person you work with decides something, offer a draft with draft_judgment. You can only draft: owner, confidence "
        + "and acceptance are a person's.";

    private const string Repository = """
        "repository": { "type": "string", "maxLength": 200, "description": "The repository's name. Needed only if there are several." }
        """;

    private const string Limit = """
        "limit": { "type": "integer", "minimum": 1, "maximum": 50, "description": "How many at most. Default 10." }
        """;

    private const string Id = """
        "id": { "type": "string", "minLength": 4, "maxLength": 300, "description": "The entry's id, the beginning of its last group, its path, or the beginning of its name." }
        """;

    public static IReadOnlyList<Tool> All { get; } =
    [
        Read(Search, "Search judgments",
            "Full text over decisions, best first. Superseded and rejected entries are found as well and say so: live is false.",
            $$"""
            "query": { "type": "string", "minLength": 1, "maxLength": 500, "description": "All of these words must occur." },
            "stage": { "type": "string", "enum": ["signal", "intent", "tradeoff", "hardening", "override", "review"] },
            "relation": { "type": "string", "enum": ["none", "followed", "modified", "overrode"], "description": "What the human did with the AI's proposal." },
            "live_only": { "type": "boolean", "description": "Only entries that are accepted and not superseded." },
            {{Limit}}, {{Repository}}
            """,
            "query"),
        Read(Get, "Get a judgment", "One entry with its whole text, its chain's neighbours, and whether it is live.", $"{Id}, {Repository}", "id"),
        Read(ForFiles, "Judgments for files",
            "What was decided about these files: entries that govern them now, and apart from those what was superseded, rejected or is only proposed.",
            $$"""
            "files": { "type": "array", "minItems": 1, "maxItems": 100, "items": { "type": "string", "minLength": 1, "maxLength": 500 }, "description": "Paths from the root of the repository." },
            {{Repository}}
            """,
            "files"),
        Read(Chain, "Get a chain", "What a decision goes back to, and what followed from it, in order.", $"{Id}, {Repository}", "id"),
        Read(Rejected, "List rejected and superseded",
            "What is not to be proposed again without a new reason: options that were rejected, entries that were rejected or superseded.",
            $$"""
            "query": { "type": "string", "maxLength": 500, "description": "Only what holds these words." },
            {{Limit}}, {{Repository}}
            """),
        new()
        {
            Name = Draft,
            Title = "Draft a judgment",
            Description = "Writes a draft (status proposed) for the person you work with. It has no owner and no confidence until that person accepts it.",
            InputSchema = Schema($$"""
                "title": { "type": "string", "minLength": 1, "maxLength": 200, "description": "The decision as a headline." },
                "decision": { "type": "string", "maxLength": 5000, "description": "In one or two sentences. Default: the title." },
                "because": { "type": "string", "maxLength": 5000, "description": "Why, in a sentence." },
                "context": { "type": "string", "maxLength": 20000, "description": "What it is about." },
                "relation": { "type": "string", "enum": ["none", "followed", "modified", "overrode"], "description": "What the person did with what you proposed." },
                "proposed": { "type": "string", "maxLength": 5000, "description": "What you proposed." },
                "rejected": { "type": "array", "maxItems": 20, "items": { "type": "object", "additionalProperties": false, "required": ["option", "reason"], "properties": { "option": { "type": "string", "minLength": 1, "maxLength": 300 }, "reason": { "type": "string", "minLength": 1, "maxLength": 2000 }, "reconsider_if": { "type": "string", "maxLength": 1000 } } } },
                "tradeoff": { "type": "string", "maxLength": 5000 },
                "change_of_mind": { "type": "string", "maxLength": 5000, "description": "What would change the person's mind." },
                "stage": { "type": "string", "enum": ["signal", "intent", "tradeoff", "hardening", "override"] },
                "affects": { "type": "array", "maxItems": 100, "items": { "type": "string", "minLength": 1, "maxLength": 300 }, "description": "Patterns of paths, as src/Checkout/**." },
                "refs": { "type": "array", "maxItems": 50, "items": { "type": "string", "minLength": 1, "maxLength": 500 }, "description": "Tickets, branches, addresses: JRA-412, branch:name." },
                "tags": { "type": "array", "maxItems": 20, "items": { "type": "string", "minLength": 1, "maxLength": 60 } },
                "responds_to": { "type": "array", "maxItems": 20, "items": { "type": "object", "additionalProperties": false, "required": ["id", "because"], "properties": { "id": { "type": "string", "minLength": 36, "maxLength": 36 }, "because": { "type": "string", "minLength": 1, "maxLength": 1000 } } } },
                "supersedes": { "type": "array", "maxItems": 20, "items": { "type": "string", "minLength": 36, "maxLength": 36 } },
                "tool": { "type": "string", "maxLength": 100, "description": "The program that you are, as claude-code." },
                "model": { "type": "string", "maxLength": 200 },
                "session": { "type": "string", "maxLength": 200, "description": "This conversation, which joins the entry to its spend." },
                {{Repository}}
                """,
                "title"),
            Annotations = new ToolAnnotations { ReadOnlyHint = false, DestructiveHint = false, IdempotentHint = false, OpenWorldHint = false },
        },
    ];

    private static Tool Read(string name, string title, string description, string properties, params string[] required) => new()
    {
        Name = name,
        Title = title,
        Description = description,
        InputSchema = Schema(properties, required),
        Annotations = new ToolAnnotations { ReadOnlyHint = true, OpenWorldHint = false },
    };

    private static JsonElement Schema(string properties, params string[] required) => JsonSerializer.Deserialize<JsonElement>(
        $$"""
        { "type": "object", "additionalProperties": false, "required": {{JsonSerializer.Serialize(required)}}, "properties": { {{properties}} } }
        """);
}
