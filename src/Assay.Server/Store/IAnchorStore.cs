using Assay.Server.Outcomes;

namespace Assay.Server.Store;

/// <summary>What ties outcomes to sessions.</summary>
internal interface IAnchorStore
{
    /// <summary>The anchors of an outcome's commits, in the order of time.</summary>
    ValueTask<IReadOnlyList<Anchor>> AnchorsOfAsync(string id, CancellationToken ct = default);
}
