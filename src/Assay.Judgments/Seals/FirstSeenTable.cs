namespace Assay.Judgments.Seals;

/// <summary>Which commit each blob came with first, whatever branch it was on.</summary>
public sealed class FirstSeenTable
{
    private readonly Dictionary<string, HistoryCommit> _byBlob = new(StringComparer.Ordinal);

    public static FirstSeenTable Empty { get; } = new([]);

    /// <param name="oldestFirst">The commits of the whole history, parents before children.</param>
    public FirstSeenTable(IEnumerable<HistoryCommit> oldestFirst)
    {
        foreach (var commit in oldestFirst)
        {
            foreach (var change in commit.Changes)
            {
                // Branches have no order among each other but their times.
                if (change.NewBlob is { } blob && (!_byBlob.TryGetValue(blob, out var first) || commit.At < first.At))
                {
                    _byBlob[blob] = commit;
                }
            }
        }
    }

    public HistoryCommit? Find(string? blob) => blob is null ? null : _byBlob.GetValueOrDefault(blob);
}
