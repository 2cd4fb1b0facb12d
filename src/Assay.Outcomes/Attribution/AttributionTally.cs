namespace Assay.Outcomes.Attribution;

/// <summary>Divides calls among what they may have served, by the rule asked for and by the other four for the range.</summary>
internal sealed class AttributionTally(SplitRule rule, int outcomes, int calls)
{
    private const int Tiers = 4;
    private readonly List<SpendPart> _parts = new(calls);
    private readonly long[] _byOutcome = new long[outcomes * Tiers];
    private readonly long[] _sure = new long[outcomes * SplitRules.All.Length];
    private readonly long[] _upTo = new long[outcomes * SplitRules.All.Length];
    private readonly long[] _byTier = new long[Tiers + 1];
    private readonly Dictionary<UnattributedReason, long> _byReason = [];

    public void Add(int position, CallRow call, CallEvidence evidence)
    {
        var touches = evidence.Touches;
        if (touches.Length == 0)
        {
            Book(new SpendPart(position, -1, EvidenceTier.Unattributed, evidence.Reason, call.CostNanos));
            return;
        }

        var weights = touches.Length <= 64 ? stackalloc long[touches.Length] : new long[touches.Length];
        var nanos = touches.Length <= 64 ? stackalloc long[touches.Length] : new long[touches.Length];
        for (var r = 0; r < SplitRules.All.Length; r++)
        {
            var each = SplitRules.All[r];
            var tier = Tier(each, evidence, call);
            SplitRules.Weigh(each, touches, call.AtMs, weights);
            LargestRemainder.Split(call.CostNanos, weights, nanos);
            for (var i = 0; i < touches.Length; i++)
            {
                if (weights[i] == 0)
                {
                    continue;
                }

                var outcome = touches[i].Outcome;
                if (outcome >= 0)
                {
                    var place = (outcome * SplitRules.All.Length) + r;
                    _upTo[place] += nanos[i];
                    _sure[place] += tier <= EvidenceTier.Declared ? nanos[i] : 0;
                }

                if (each == rule)
                {
                    Book(outcome >= 0
                        ? new SpendPart(position, outcome, tier, UnattributedReason.None, nanos[i])
                        : new SpendPart(position, -1, EvidenceTier.Unattributed, touches[i].Reason, nanos[i]));
                }
            }
        }
    }

    public AttributionResult Result() => new()
    {
        Rule = rule,
        Parts = _parts,
        ByTier = _byTier,
        ByReason = _byReason,
        Outcomes = [.. Enumerable.Range(0, outcomes).Select(i => new OutcomeSpend
        {
            Outcome = i,
            ByTier = _byOutcome[(i * Tiers)..((i + 1) * Tiers)],
            SureOverRules = Range(_sure, i),
            UpToOverRules = Range(_upTo, i),
        })],
    };

    // A call after the session's last commit is not known to have served it: often it began something else.
    private static EvidenceTier Tier(SplitRule rule, CallEvidence evidence, CallRow call) =>
        rule == SplitRule.NextAnchor && evidence.Tier == EvidenceTier.Proved && SplitRules.Next(evidence.Touches, call.AtMs) is null
            ? EvidenceTier.Inferred
            : evidence.Tier;

    private static NanosRange Range(long[] sums, int outcome)
    {
        var ofOutcome = sums.AsSpan(outcome * SplitRules.All.Length, SplitRules.All.Length);
        var (low, high) = (ofOutcome[0], ofOutcome[0]);
        foreach (var sum in ofOutcome)
        {
            (low, high) = (Math.Min(low, sum), Math.Max(high, sum));
        }

        return new NanosRange(low, high);
    }

    private void Book(SpendPart part)
    {
        _parts.Add(part);
        _byTier[(int)part.Tier] += part.Nanos;
        if (part.Outcome >= 0)
        {
            _byOutcome[(part.Outcome * Tiers) + (int)part.Tier] += part.Nanos;
        }
        else
        {
            _byReason[part.Reason] = _byReason.GetValueOrDefault(part.Reason) + part.Nanos;
        }
    }
}
