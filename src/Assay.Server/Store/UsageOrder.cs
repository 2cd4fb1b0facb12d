namespace Assay.Server.Store;

/// <summary>The order of sums: the costliest first, then those of most requests, then by their group's values.</summary>
internal sealed class UsageOrder : IComparer<UsageRow>
{
    public static readonly UsageOrder CostliestFirst = new([]);

    private readonly int[] _times;

    private UsageOrder(int[] times) => _times = times;

    /// <summary>Whether rows are in order of it before anything else.</summary>
    public static bool IsTime(UsageDimension dimension) => dimension is UsageDimension.Day or UsageDimension.Hour;

    /// <summary>Days first, where a question has them. Hours are not in the order of their words when clocks are put back.</summary>
    public static UsageOrder Of(UsageQuery query) =>
        new([.. Enumerable.Range(0, query.Group.Count).Where(i => IsTime(query.Group[i]))]);

    public int Compare(UsageRow? x, UsageRow? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        foreach (var i in _times)
        {
            if (string.CompareOrdinal(x.Group[i], y.Group[i]) is var time and not 0)
            {
                return time;
            }
        }

        if ((y.Cost.Nanos, y.Requests).CompareTo((x.Cost.Nanos, x.Requests)) is var sums and not 0)
        {
            return sums;
        }

        for (var i = 0; i < x.Group.Count; i++)
        {
            if (string.CompareOrdinal(x.Group[i], y.Group[i]) is var name and not 0)
            {
                return name;
            }
        }

        return 0;
    }
}
