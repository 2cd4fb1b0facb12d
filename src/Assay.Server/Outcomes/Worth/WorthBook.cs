using System.Collections.Concurrent;
using Assay.Outcomes.Attribution;
using Assay.Outcomes.Ladder;
using Assay.Outcomes.Worth;

namespace Assay.Server.Outcomes.Worth;

/// <summary>
/// All spend of a period, joined to what came of it. Every call is in it once; the parts sum to what was metered, to the
/// nano-dollar.
/// </summary>
internal sealed class WorthBook
{
    /// <summary>What is left out of a cut.</summary>
    private const string LeftOut = "\0";

    /// <summary>A smaller book is quick to look at as a whole.</summary>
    private const int PartsFrom = 20_000;

    private readonly Dictionary<CallRow, SpendSlice> _sliceOf = new(ReferenceEqualityComparer.Instance);
    private readonly ConcurrentDictionary<string, object> _kept = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<Anchor> _anchors;
    private readonly ILookup<string, (string Repo, string Sha)> _commits;
    private readonly SplitRule _rule;
    private readonly List<CallRow> _calls;
    private readonly Fate[] _fates;

    /// <summary>Joins them.</summary>
    /// <param name="period">From, in Unix ms, to before.</param>
    /// <param name="slices">All spend of the period.</param>
    /// <param name="anchors">Which session made which commit.</param>
    /// <param name="outcomes">Those that the spend may have served: of the period, and of the weeks after it.</param>
    /// <param name="commits">The commits of each outcome, by its id.</param>
    public WorthBook(
        (long From, long To) period,
        long nowMs,
        IReadOnlyList<SpendSlice> slices,
        IReadOnlyList<Anchor> anchors,
        IReadOnlyList<Outcome> outcomes,
        ILookup<string, (string Repo, string Sha)> commits,
        SplitRule rule = SplitRule.NextAnchor)
    {
        (FromMs, ToMs) = period;
        (_anchors, _commits, _rule) = (anchors, commits, rule);
        NowMs = nowMs;
        Slices = slices;
        Outcomes = outcomes;
        _calls = new(slices.Count);
        foreach (var slice in slices)
        {
            var call = WorthRowsOf.Call(slice);
            _calls.Add(call);
            _sliceOf[call] = slice;
        }

        _fates = [.. outcomes.Select(outcome => FateOf(outcome, nowMs))];
        Attribution = Attributor.Attribute(
            _calls, [.. anchors.Select(WorthRowsOf.Anchor)], [.. outcomes.Select(outcome => WorthRowsOf.Outcome(outcome, [.. commits[outcome.Id].Select(c => c.Sha)]))], rule);
    }

    public long FromMs { get; }

    public long ToMs { get; }

    public long NowMs { get; }

    public IReadOnlyList<SpendSlice> Slices { get; }

    public IReadOnlyList<Outcome> Outcomes { get; }

    public AttributionResult Attribution { get; }

    /// <summary>What became of an outcome by now.</summary>
    public static Fate FateOf(Outcome outcome, long nowMs) => outcome.State.Rung(nowMs) switch
    {
        OutcomeRung.Settled or OutcomeRung.Reviewed => Fate.Settled,
        OutcomeRung.Reverted => Fate.Reverted,
        OutcomeRung.Reopened => Fate.Reopened,
        OutcomeRung.Abandoned => Fate.Abandoned,
        _ => Fate.Provisional,
    };

    /// <summary>What settled outcomes cost, cut by a key.</summary>
    /// <param name="ofCall">The group of a call; null leaves it out.</param>
    /// <param name="isIn">Which outcomes of the period count.</param>
    /// <param name="ofOutcome">The group of an outcome; null for the group that spent most on it, or none.</param>
    public WorthTable Table(
        Func<SpendSlice, string?> ofCall, Func<Outcome, bool> isIn, Func<Outcome, string?> ofOutcome, WorthSettings settings)
    {
        string Key(CallRow call) => ofCall(_sliceOf[call]) ?? LeftOut;
        var spend = WorthRows.Spend(Attribution, _calls, Key, call => _sliceOf[call].Tokens, outcome => _fates[outcome]);
        IReadOnlyList<string?>? largest = null;
        var counts = new Dictionary<(string Key, string Person, Fate Fate), int>();
        foreach (var (i, outcome) in Outcomes.Index())
        {
            if (outcome.AtMs >= FromMs && outcome.AtMs < ToMs && isIn(outcome))
            {
                var key = ofOutcome(outcome) ?? (largest ??= WorthRows.LargestKey(Attribution, _calls, Key))[i];
                var place = (key is null or LeftOut ? "" : key, outcome.PersonId, _fates[i]);
                counts[place] = counts.GetValueOrDefault(place) + 1;
            }
        }

        return WorthTable.Of(
            [.. spend.Where(row => row.Key != LeftOut)],
            [.. counts.Select(c => new WorthOutcomes(c.Key.Key, c.Key.Person, c.Key.Fate, c.Value))],
            settings);
    }

    /// <summary>Of each outcome, the group that spent most on it; null where no call of a group is known to have led to it.</summary>
    /// <param name="ofCall">The group of a call; null leaves it out.</param>
    public IReadOnlyList<string?> MostSpentOn(Func<SpendSlice, string?> ofCall)
    {
        var sums = new Dictionary<string, long>?[Outcomes.Count];
        foreach (var part in Attribution.Parts)
        {
            if (part.Outcome >= 0 && ofCall(Slices[part.Call]) is { } key)
            {
                var of = sums[part.Outcome] ??= new(StringComparer.Ordinal);
                of[key] = of.GetValueOrDefault(key) + part.Nanos;
            }
        }

        return [.. sums.Select(of => of?.OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).First().Key)];
    }

    /// <summary>
    /// The book of what a scope has, where that is a small part: a page makes several tables, and each looks at all calls. To
    /// which outcome a call led does not depend on other calls.
    /// </summary>
    public WorthBook Within(WorthScope scope)
    {
        if (Slices.Count < PartsFrom)
        {
            return this;
        }

        var some = Slices.Where(scope.Has).ToList();
        return some.Count > Slices.Count / 2 ? this : new WorthBook((FromMs, ToMs), NowMs, some, _anchors, Outcomes, _commits, _rule);
    }

    /// <summary>What is made of the book once for everybody who asks the same of it.</summary>
    public T Kept<T>(string name, Func<T> make)
        where T : class => (T)_kept.GetOrAdd(name, _ => make());

    /// <summary>Nano-dollars by tier of evidence, unattributed last, and the unattributed by reason, of the calls of a cut.</summary>
    public (long[] ByTier, SortedDictionary<UnattributedReason, long> ByReason) Evidence(Func<SpendSlice, bool> isIn)
    {
        var (tiers, reasons) = (new long[Enum.GetValues<EvidenceTier>().Length], new SortedDictionary<UnattributedReason, long>());
        foreach (var part in Attribution.Parts)
        {
            if (!isIn(Slices[part.Call]))
            {
                continue;
            }

            tiers[(int)part.Tier] += part.Nanos;
            if (part.Outcome < 0)
            {
                reasons[part.Reason] = reasons.GetValueOrDefault(part.Reason) + part.Nanos;
            }
        }

        return (tiers, reasons);
    }

    /// <summary>The spend on one outcome, and the sessions it came from.</summary>
    public (OutcomeSpend Spend, IReadOnlyList<(SpendSlice Slice, SpendPart Part)> Parts)? Of(string outcomeId)
    {
        for (var i = 0; i < Outcomes.Count; i++)
        {
            if (Outcomes[i].Id == outcomeId)
            {
                var at = i;
                return (Attribution.Outcomes[i], [.. Attribution.Parts.Where(p => p.Outcome == at).Select(p => (Slices[p.Call], p))]);
            }
        }

        return null;
    }
}
