namespace Assay.Server.Hosting;

/// <summary>This node's name in the store: made once and kept beside the journal, since the journal's watermark in the
/// store goes by it.</summary>
internal static class NodeIdentity
{
    private const string FileName = "node-id";

    public static string Ensure(string dataDirectory, TimeProvider clock)
    {
        var path = Path.Combine(dataDirectory, FileName);
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } known)
        {
            return known;
        }

        var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString("N");

        // Through a second file, so that a crash leaves either no name or a whole one.
        File.WriteAllText(path + ".new", id);
        File.Move(path + ".new", path, overwrite: true);
        return id;
    }
}
