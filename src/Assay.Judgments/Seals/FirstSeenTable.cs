namespace Assay.Judgments.Seals;

/// <summary>Which commit each blob came with first, whatever branch it was on.</summary>
public sealed class FirstSeenTable
{
    private readonly Dictionary<string, HistoryCommit> _byBlob = new(StringComparer.Ordinal);

    public static FirstSeenTable Empty { get; } = new([]);

    /// <param name="oldestFirst">The commits of the whole history, oldest first.</param>
    public FirstSeenTable(IEnumerable<HistoryCommit> oldestFirst)
    {
        foreach (var commit in oldestFirst)
        {
            foreach (var change in commit.Changes)
            {
                if (change.NewBlob is { } blob)
                {
                    _byBlob.TryAdd(blob, commit);
                }
            }
        }
    }

    public HistoryCommit? Find(string? blob) => blob is null ? null : _byBlob.GetValueOrDefault(blob);
}
