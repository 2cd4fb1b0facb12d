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

    private readonly List<SpendPart> _ofRule = [];

    public void Add(int position, CallRow call, CallEvidence evidence)
    {
        if (evidence.Touches.Length == 0)
        {
            Book(new SpendPart(position, -1, EvidenceTier.Unattributed, evidence.Reason, call.CostNanos));
            return;
        }

        for (var r = 0; r < SplitRules.All.Length; r++)
        {
            _ofRule.Clear();
            CallDivision.Divide(SplitRules.All[r], position, call, evidence, _ofRule);
            foreach (var part in _ofRule)
            {
                if (part.Outcome >= 0)
                {
                    var place = (part.Outcome * SplitRules.All.Length) + r;
                    _upTo[place] += part.Nanos;
                    _sure[place] += part.Tier <= EvidenceTier.Declared ? part.Nanos : 0;
                }

                if (SplitRules.All[r] == rule)
                {
                    Book(part);
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
