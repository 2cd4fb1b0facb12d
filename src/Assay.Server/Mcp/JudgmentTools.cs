using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Search;

namespace Assay.Server.Mcp;

/// <summary>What the tools do, whoever carries the call: five that read, and one that can only draft.</summary>
internal sealed class JudgmentTools(IMcpLog log)
{
    private const int LimitDefault = 10;

    /// <summary>The answer as JSON. Throws <see cref="ToolFault"/> with what the agent can mend.</summary>
    public async ValueTask<JsonObject> CallAsync(
        string name, IReadOnlyDictionary<string, JsonElement> values, CancellationToken ct)
    {
        var tool = ToolCatalog.All.FirstOrDefault(t => t.Name == name)
            ?? throw new ToolFault($"There is no tool of this name. There are: {string.Join(", ", ToolCatalog.All.Select(t => t.Name))}.");
        var announced = tool.InputSchema.GetProperty("properties");
        var forged = ForgedFields.In(values.Where(v => !announced.TryGetProperty(v.Key, out _) || name == ToolCatalog.Draft));
        if (forged.Count > 0)
        {
            await log.ForgedAsync($"{name}: {string.Join(", ", forged)}", ct);
            throw new ToolFault(
                $"{string.Join(", ", forged)}: an agent can only draft. Owner, confidence, acceptance and prior view are a person's, who accepts the draft. This attempt was written down.");
        }

        var arguments = new ToolArguments(tool.InputSchema, values);
        return name switch
        {
            ToolCatalog.Search => Search(await ShelvesAsync(arguments, ct), arguments),
            ToolCatalog.Get => Get(await ShelvesAsync(arguments, ct), arguments),
            ToolCatalog.ForFiles => ForFiles(await ShelvesAsync(arguments, ct), arguments),
            ToolCatalog.Chain => Chain(await ShelvesAsync(arguments, ct), arguments),
            ToolCatalog.Rejected => Rejected(await ShelvesAsync(arguments, ct), arguments),
            _ => await DraftAsync(arguments, ct),
        };
    }

    private async ValueTask<IReadOnlyList<JudgmentShelf>> ShelvesAsync(ToolArguments arguments, CancellationToken ct)
    {
        var shelves = await log.ShelvesAsync(ct);
        if (arguments.Text("repository") is not { } wanted)
        {
            return shelves;
        }

        return [shelves.FirstOrDefault(s => s.Repository.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            ?? throw new ToolFault($"There is no repository of this name. There are: {string.Join(", ", shelves.Select(s => s.Repository))}.")];
    }

    private static JsonObject Search(IReadOnlyList<JudgmentShelf> shelves, ToolArguments arguments)
    {
        var limit = arguments.Number("limit", LimitDefault);
        var hits = shelves.SelectMany(shelf => shelf.Index.Find(arguments.Text("query")!, limit, entry => Fits(shelf.Log, entry))
                .Select(hit => (Shelf: shelf, Hit: hit)))
            .OrderByDescending(h => h.Shelf.Log.IsLive(h.Hit.Entry)).ThenByDescending(h => h.Hit.Score).Take(limit);
        return new JsonObject { ["judgments"] = new JsonArray([.. hits.Select(h => (JsonNode)EntryJson.Short(h.Shelf, h.Hit.Entry))]) };

        bool Fits(JudgmentLog within, LogEntry entry) =>
            (!arguments.Flag("live_only") || within.IsLive(entry))
            && (arguments.Text("stage") is not { } stage || entry.Judgment.Stage.Word() == stage)
            && (arguments.Text("relation") is not { } relation || entry.Judgment.Ai.Relation.Word() == relation);
    }

    private static JsonObject Get(IReadOnlyList<JudgmentShelf> shelves, ToolArguments arguments)
    {
        var (shelf, entry) = One(shelves, arguments);
        return EntryJson.Whole(shelf, entry);
    }

    private static JsonObject Chain(IReadOnlyList<JudgmentShelf> shelves, ToolArguments arguments)
    {
        var (shelf, entry) = One(shelves, arguments);
        return new JsonObject
        {
            ["chain"] = new JsonArray([.. JudgmentChain.Of(shelf.Log, entry).Select(step => (JsonNode)EntryJson.Step(shelf, step, entry))]),
        };
    }

    private static JsonObject ForFiles(IReadOnlyList<JudgmentShelf> shelves, ToolArguments arguments)
    {
        var files = arguments.Texts("files").Select(f => f.Replace('\\', '/').TrimStart('/')).ToList();
        var found = shelves.SelectMany(shelf => shelf.Log.Entries
                .Where(entry => entry.Judgment.Affects.Any(pattern => files.Exists(file => PathGlob.Matches(pattern, file))))
                .Select(entry => (Shelf: shelf, Entry: entry)))
            .OrderByDescending(f => f.Entry.Judgment.DecidedAt.UtcTicks).ToLookup(f => f.Shelf.Log.IsLive(f.Entry));
        return new JsonObject
        {
            ["governing"] = new JsonArray([.. found[true].Select(f => (JsonNode)EntryJson.Short(f.Shelf, f.Entry))]),
            ["not_live"] = new JsonArray([.. found[false].Select(f => (JsonNode)EntryJson.Short(f.Shelf, f.Entry))]),
        };
    }

    private static JsonObject Rejected(IReadOnlyList<JudgmentShelf> shelves, ToolArguments arguments)
    {
        var limit = arguments.Number("limit", LimitDefault);
        var options = new JsonArray();
        var entries = new JsonArray();
        foreach (var shelf in shelves)
        {
            var of = arguments.Text("query") is { } query
                ? shelf.Index.Find(query, 1000).Select(h => h.Entry)
                : shelf.Log.Entries.OrderByDescending(e => e.Judgment.DecidedAt.UtcTicks);
            foreach (var entry in of)
            {
                if (shelf.Log.IsLive(entry) && entry.Judgment.Rejected.Count > 0 && options.Count < limit)
                {
                    options.Add(new JsonObject
                    {
                        ["id"] = entry.Judgment.Id.ToString("D"),
                        ["chosen"] = entry.Judgment.Title,
                        ["rejected"] = EntryJson.Rejected(entry.Judgment),
                    });
                }
                else if (shelf.Log.StatusWord(entry) is "superseded" or "rejected" && entries.Count < limit)
                {
                    entries.Add(EntryJson.Short(shelf, entry));
                }
            }
        }

        return new JsonObject { ["rejected_options"] = options, ["not_live"] = entries };
    }

    private async ValueTask<JsonObject> DraftAsync(ToolArguments arguments, CancellationToken ct)
    {
        var kept = await log.DraftAsync(arguments.Text("repository"), DraftReader.Read(arguments), ct);
        if (kept.Fault is { } fault)
        {
            throw new ToolFault(fault);
        }

        return new JsonObject
        {
            ["id"] = kept.Id.ToString("D"),
            ["status"] = "proposed",
            ["where"] = kept.Where,
            ["next"] = "It is a draft. The person who decides accepts it and says how sure they are; you cannot.",
        };
    }

    private static (JudgmentShelf Shelf, LogEntry Entry) One(IReadOnlyList<JudgmentShelf> shelves, ToolArguments arguments)
    {
        var found = shelves.SelectMany(s => s.Log.FindByText(arguments.Text("id")!).Select(e => (s, e))).Take(6).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ToolFault("No entry is called this. search_judgments finds ids."),
            _ => throw new ToolFault($"It may be {string.Join(" or ", found.Select(f => f.e.Judgment.Id.ToString("D")))}: give the whole id."),
        };
    }
}
