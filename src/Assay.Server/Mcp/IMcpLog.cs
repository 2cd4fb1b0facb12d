using Assay.Judgments.Drafts;
using Assay.Judgments.Search;

namespace Assay.Server.Mcp;

/// <summary>What a tool call reads and writes: the logs that the caller may see, and the place for drafts.</summary>
internal interface IMcpLog
{
    ValueTask<IReadOnlyList<JudgmentShelf>> ShelvesAsync(CancellationToken ct);

    /// <summary>Keeps a draft, or says why not.</summary>
    /// <param name="repository">Null if the caller did not say; then there must be one only.</param>
    ValueTask<KeptDraft> DraftAsync(string? repository, AgentDraft draft, CancellationToken ct);

    /// <summary>Writes down that somebody tried what an agent may not.</summary>
    ValueTask ForgedAsync(string what, CancellationToken ct);
}

/// <param name="Where">The file or the repository that it waits in; null if it was not kept.</param>
/// <param name="Fault">Why it was not kept.</param>
internal sealed record KeptDraft(Guid Id, string? Where, string? Fault)
{
    public static KeptDraft Refused(string fault) => new(Guid.Empty, null, fault);
}
