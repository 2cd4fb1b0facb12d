using System.Runtime.InteropServices;
using Assay.Ledger.Money;
using Assay.Ledger.Usage;

namespace Assay.Server.Store;

/// <summary>What a rollup row is summed over. <see cref="Hour"/> is 0 in a day's row.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RollupKey(
    long Hour, int Day, int Team, int Person, int Agent, int Key, int UseCase, int Provider, int Model);

/// <summary>What a row of the whole company is summed over.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ModelKey(long Hour, int Day, int UseCase, int RequestedModel, int Provider, int Model);

/// <summary>The order in which every node writes rollups: that of the primary key.</summary>
internal sealed class RollupOrder : IComparer<RollupKey>
{
    public static readonly RollupOrder Instance = new();

    public int Compare(RollupKey x, RollupKey y) =>
        (x.Hour, x.Day, x.Team, x.Person, x.Agent).CompareTo((y.Hour, y.Day, y.Team, y.Person, y.Agent)) is var first and not 0
            ? first
            : (x.Key, x.UseCase, x.Provider, x.Model).CompareTo((y.Key, y.UseCase, y.Provider, y.Model));
}

/// <summary>The sums of one rollup row.</summary>
internal sealed class RollupSums(string team, string provider, string model)
{
    private UsageCounts _counts;

    /// <summary>The account that pays.</summary>
    public string SpendAccount => StorableText.Of($"spend:{team}");

    /// <summary>The account that receives.</summary>
    public string ExpenseAccount => StorableText.Of($"expense:{provider}/{model}");

    public long Requests { get; private set; }

    public long Errors { get; private set; }

    public long Estimated { get; private set; }

    public long Unpriced { get; private set; }

    public NanoUsd Cost { get; private set; }

    public NanoUsd EstimatedCost { get; private set; }

    public ref readonly UsageCounts Counts => ref _counts;

    public void Add(UsageEvent call)
    {
        var isEstimated = call.Marks.HasFlag(UsageMarks.Estimated);
        Requests++;
        Errors += call.Outcome is CallOutcome.Completed or CallOutcome.ClientGone ? 0 : 1;
        Estimated += isEstimated ? 1 : 0;
        Unpriced += call.Marks.HasFlag(UsageMarks.Unpriced) ? 1 : 0;
        Cost += call.Cost;
        EstimatedCost += isEstimated ? call.Cost : NanoUsd.Zero;
        _counts += call.Counts;
    }

    public void Add(RollupSums other)
    {
        Requests += other.Requests;
        Errors += other.Errors;
        Estimated += other.Estimated;
        Unpriced += other.Unpriced;
        Cost += other.Cost;
        EstimatedCost += other.EstimatedCost;
        _counts += other._counts;
    }

    public RollupSums Empty() => new(team, provider, model);
}

/// <summary>
/// The sums of a batch of attempts, added up in memory so that each rollup row and each balance is touched once.
/// </summary>
internal sealed class UsageRollups
{
    private readonly Dictionary<RollupKey, RollupSums> _hours = [];
    private readonly Dictionary<ModelKey, RollupSums> _models = [];

    public void Add(UsageEvent call, in NameIds ids, int day, long hour)
    {
        var key = new RollupKey(
            hour, day, ids.Team, ids.Person, ids.Agent, ids.Key, ids.UseCase, ids.Provider, ids.Model);
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(_hours, key, out _);
        sums ??= new RollupSums(call.TeamId, call.Provider, call.Model);
        sums.Add(call);
        ref var ofModel = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _models, new ModelKey(hour, day, ids.UseCase, ids.RequestedModel, ids.Provider, ids.Model), out _);
        ofModel ??= new RollupSums("", call.Provider, call.Model);
        ofModel.Add(call);
    }

    // Everything is written in one order by every node, so that two nodes never wait for each other in a circle.

    public IEnumerable<KeyValuePair<RollupKey, RollupSums>> Hours() => _hours.OrderBy(pair => pair.Key, RollupOrder.Instance);

    public IEnumerable<KeyValuePair<RollupKey, RollupSums>> Days()
    {
        var days = new Dictionary<RollupKey, RollupSums>();
        foreach (var (key, sums) in _hours)
        {
            ref var day = ref CollectionsMarshal.GetValueRefOrAddDefault(days, key with { Hour = 0 }, out _);
            day ??= sums.Empty();
            day.Add(sums);
        }

        return days.OrderBy(pair => pair.Key, RollupOrder.Instance);
    }

    public IEnumerable<KeyValuePair<ModelKey, RollupSums>> Models() =>
        _models.OrderBy(pair => (pair.Key.Hour, pair.Key.UseCase, pair.Key.RequestedModel, pair.Key.Provider, pair.Key.Model));

    public IEnumerable<KeyValuePair<(int Day, int Team), RollupSums>> Teams()
    {
        var teams = new Dictionary<(int Day, int Team), RollupSums>();
        foreach (var (key, sums) in _hours)
        {
            ref var team = ref CollectionsMarshal.GetValueRefOrAddDefault(teams, (key.Day, key.Team), out _);
            team ??= sums.Empty();
            team.Add(sums);
        }

        return teams.OrderBy(pair => pair.Key);
    }

    /// <summary>Double entry: what each account's balance changes by. The changes add up to zero.</summary>
    public IEnumerable<KeyValuePair<string, NanoUsd>> Balances()
    {
        var changes = new SortedDictionary<string, NanoUsd>(StringComparer.Ordinal);
        foreach (var sums in _hours.Values.Where(sums => sums.Cost != NanoUsd.Zero))
        {
            changes[sums.ExpenseAccount] = changes.GetValueOrDefault(sums.ExpenseAccount) + sums.Cost;
            changes[sums.SpendAccount] = changes.GetValueOrDefault(sums.SpendAccount) - sums.Cost;
        }

        return changes;
    }
}
