using Assay.Judgments.Drafts;
using Assay.Judgments.Entries;
using Assay.Judgments.Search;
using Assay.Server.Api;
using Assay.Server.Mcp;
using Assay.Server.Store;

namespace Assay.Server.Judgments;

/// <summary>The log as an agent over HTTP sees it: what the caller may read, and drafts for the person behind the key.</summary>
internal sealed class ServerLog(Caller caller, JudgmentLibrary library, IStore store, TimeProvider clock) : IMcpLog
{
    /// <summary>More drafts than anybody looks through; an agent that loops must not fill the store.</summary>
    public const int DraftsMax = 200;

    private string Actor => caller.Viewer.AgentId.Length > 0 ? "agent:" + caller.Viewer.AgentId : caller.Viewer.PersonId;

    public async ValueTask<IReadOnlyList<JudgmentShelf>> ShelvesAsync(CancellationToken ct) =>
        [.. (await library.ForAsync(caller.Rules, ct)).Select(log => log.Shelf)];

    public async ValueTask<KeptDraft> DraftAsync(string? repository, AgentDraft draft, CancellationToken ct)
    {
        var logs = await library.ForAsync(caller.Rules, ct);
        var log = repository is null
            ? logs.Count == 1 ? logs[0] : null
            : logs.FirstOrDefault(l => l.Repository.Name.Equals(repository, StringComparison.OrdinalIgnoreCase));
        if (log is null)
        {
            return KeptDraft.Refused(logs.Count == 0
                ? "No repository is registered that you may see."
                : $"Name the repository, one of: {string.Join(", ", logs.Select(l => l.Repository.Name))}.");
        }

        var now = clock.GetUtcNow();
        var entry = draft.ToEntry(now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)), Guid.CreateVersion7(now), out var fault);
        if (entry is null)
        {
            return KeptDraft.Refused(fault!);
        }

        var isKept = await store.Judgments.AddDraftAsync(
            new JudgmentDraft(
                entry.Id, log.Repository.Name, JudgmentWriter.Write(entry), caller.Viewer.PersonId, Actor, now.ToUnixTimeMilliseconds()),
            DraftsMax,
            ct);
        return isKept
            ? new KeptDraft(entry.Id, log.Repository.Name, null)
            : KeptDraft.Refused($"{DraftsMax} drafts wait for {log.Repository.Name} already: somebody has to look at them first.");
    }

    public ValueTask ForgedAsync(string what, CancellationToken ct) => store.Judgments.ForgedAsync(Actor, "mcp", what, ct);
}
