using System.Text.Json;
using Assay.Judgments.Drafts;
using Assay.Judgments.Entries;

namespace Assay.Server.Mcp;

/// <summary>Makes a draft of the arguments of <c>draft_judgment</c>.</summary>
internal static class DraftReader
{
    public static AgentDraft Read(ToolArguments arguments) => new(new DecisionText
    {
        Title = arguments.Text("title")!,
        Decision = arguments.Text("decision"),
        Because = arguments.Text("because"),
        Context = arguments.Text("context"),
        Relation = (AiRelation)Word(arguments.Text("relation"), JudgmentWords.Relations),
        Proposed = arguments.Text("proposed"),
        Rejected = [.. arguments.Items("rejected").Select(Option)],
        Tradeoff = arguments.Text("tradeoff"),
        ChangeOfMind = arguments.Text("change_of_mind"),
    })
    {
        Stage = arguments.Text("stage") is { } stage ? (JudgmentStage)Word(stage, JudgmentWords.Stages) : null,
        Tool = arguments.Text("tool"),
        Model = arguments.Text("model"),
        Session = arguments.Text("session"),
        RespondsTo = [.. arguments.Items("responds_to").Select(r => new Response(Id("responds_to", r.GetProperty("id")), r.GetProperty("because").GetString()!))],
        Supersedes = [.. arguments.Items("supersedes").Select(s => Id("supersedes", s))],
        Affects = arguments.Texts("affects"),
        Refs = arguments.Texts("refs"),
        Tags = arguments.Texts("tags"),
    };

    private static int Word(string? word, IReadOnlyList<string> words) => word is null ? 0 : JudgmentWords.Find(words, word);

    private static RejectedOption Option(JsonElement option) => new(
        option.GetProperty("option").GetString()!,
        option.GetProperty("reason").GetString()!,
        option.TryGetProperty("reconsider_if", out var when) ? when.GetString() : null);

    private static Guid Id(string name, JsonElement text) => Guid.TryParseExact(text.GetString(), "D", out var id)
        ? id
        : throw new ToolFault($"{name}: write whole ids; search_judgments finds them.");
}
