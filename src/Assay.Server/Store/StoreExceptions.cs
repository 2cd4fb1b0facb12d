namespace Assay.Server.Store;

/// <summary>The database cannot be used by this program as it is: changed migrations, a newer schema, another time zone.</summary>
internal sealed class StoreSchemaException(string message) : Exception(message);

/// <summary>A node's watermark is not where its projector left it: another process uses the same node id.</summary>
internal sealed class WatermarkConflictException(string node, long expected, long actual) : Exception(
    $"The watermark of node '{node}' is {actual}, not {expected}. Two processes use the same node id, or the journal's "
    + "directory was replaced.")
{
    public string Node { get; } = node;

    public long Expected { get; } = expected;

    public long Actual { get; } = actual;
}

/// <summary>A change contradicts the directory. The message is fit for the person who asked.</summary>
internal sealed class DirectoryConflictException(string message) : Exception(message);
