using System.Text.Json.Nodes;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Search;

namespace Assay.Server.Mcp;

/// <summary>Entries as tools answer them. Every one says whether it is live, and if not, what stands in its place.</summary>
internal static class EntryJson
{
    public static JsonObject Short(JudgmentShelf shelf, LogEntry entry)
    {
        var judgment = entry.Judgment;
        var isLive = shelf.Log.IsLive(entry);
        var json = new JsonObject
        {
            ["id"] = judgment.Id.ToString("D"),
            ["repository"] = shelf.Repository,
            ["path"] = entry.Path,
            ["title"] = judgment.Title,
            ["status"] = shelf.Log.StatusWord(entry),
            ["live"] = isLive,
        };
        if (!isLive)
        {
            json["warning"] = Warning(shelf.Log, entry);
        }

        Add(json, "superseded_by", [.. shelf.Log.SuccessorsOf(judgment.Id).Select(s => s.Judgment.Id.ToString("D"))]);
        json["stage"] = judgment.Stage.Word();
        json["decided_at"] = JudgmentWriter.Time(judgment.DecidedAt);
        json["owner"] = judgment.Owner;
        json["confidence"] = judgment.Confidence;
        json["relation"] = judgment.Ai.Relation.Word();
        json["decision"] = judgment.Text(SectionNames.Decision);
        Add(json, "affects", judgment.Affects);
        if (judgment.Result is { } result)
        {
            json["result"] = result.Word();
        }

        var reviews = shelf.Log.ReviewsOf(judgment.Id).Where(r => r.Judgment.Result is not null).ToList();
        if (reviews.Count > 0)
        {
            json["reviewed"] = new JsonArray([.. reviews.Select(r => (JsonNode)r.Judgment.Result!.Value.Word())]);
        }

        return json;
    }

    /// <summary>With the whole text and what later entries say of it.</summary>
    public static JsonObject Whole(JudgmentShelf shelf, LogEntry entry)
    {
        var json = Short(shelf, entry);
        var log = shelf.Log;
        var id = entry.Judgment.Id;
        json["text"] = JudgmentWriter.Write(entry.Judgment);
        json["rejected"] = Rejected(entry.Judgment);
        json["responses"] = new JsonArray([.. log.ResponsesTo(id).Select(e => (JsonNode)Link(log, e))]);
        json["reviews"] = new JsonArray([.. log.ReviewsOf(id).Select(e => (JsonNode)Link(log, e))]);
        json["supersedes"] = new JsonArray([.. entry.Judgment.Supersedes.Select(s => (JsonNode)s.ToString("D"))]);
        return json;
    }

    public static JsonArray Rejected(Judgment judgment) => new([.. judgment.Rejected.Select(option => (JsonNode)new JsonObject
    {
        ["option"] = option.Option,
        ["reason"] = option.Reason,
        ["reconsider_if"] = option.Reconsider,
    })]);

    public static JsonObject Step(JudgmentShelf shelf, ChainStep step, LogEntry asked)
    {
        var json = Link(shelf.Log, step.Entry);
        json["depth"] = step.Depth;
        json["link"] = step.Link;
        json["because"] = step.Because;
        json["asked_for"] = step.Entry == asked;
        return json;
    }

    private static JsonObject Link(JudgmentLog log, LogEntry entry) => new()
    {
        ["id"] = entry.Judgment.Id.ToString("D"),
        ["title"] = entry.Judgment.Title,
        ["status"] = log.StatusWord(entry),
        ["live"] = log.IsLive(entry),
        ["confidence"] = entry.Judgment.Confidence,
        ["result"] = entry.Judgment.Result?.Word(),
    };

    private static string Warning(JudgmentLog log, LogEntry entry) => log.StatusWord(entry) switch
    {
        "superseded" => "Superseded: do not follow it. What stands in its place is in superseded_by.",
        "proposed" => "Only proposed: nobody has decided this.",
        "rejected" => "Rejected: it was decided against this.",
        _ => "Withdrawn: do not follow it.",
    };

    private static void Add(JsonObject json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            json[name] = new JsonArray([.. texts.Select(t => (JsonNode)t)]);
        }
    }
}
