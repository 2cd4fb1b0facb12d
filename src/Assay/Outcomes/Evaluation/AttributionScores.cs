using Assay.Outcomes.Attribution;

namespace Assay.Outcomes.Evaluation;

/// <summary>How much of the attributed spend went to what it truly served, and how much of what served something was found.</summary>
internal sealed class AttributionScores
{
    private const int Tiers = 5;
    private readonly double[] _given = new double[Tiers];
    private readonly double[] _right = new double[Tiers];
    private readonly Dictionary<UnattributedReason, double> _reasons = [];
    private double _served;
    private double _unservedKept;
    private double _unserved;
    private int _costed;
    private int _within;

    public void Add(CompanyTrial trial, AttributionResult result)
    {
        var truth = new long[trial.Reported.Count];
        foreach (var served in trial.Served)
        {
            var position = served.Change < 0 ? -1 : trial.Positions[served.Change];
            if (position >= 0)
            {
                truth[position] += served.Call.CostNanos;
                _served += served.Call.CostNanos;
            }
            else
            {
                _unserved += served.Call.CostNanos;
            }
        }

        foreach (var part in result.Parts)
        {
            var change = trial.Served[part.Call].Change;
            var position = change < 0 ? -1 : trial.Positions[change];
            _given[(int)part.Tier] += part.Nanos;
            _right[(int)part.Tier] += position == part.Outcome ? part.Nanos : 0;
            if (part.Outcome < 0)
            {
                _reasons[part.Reason] = _reasons.GetValueOrDefault(part.Reason) + part.Nanos;
                _unservedKept += position < 0 ? part.Nanos : 0;
            }
        }

        for (var i = 0; i < truth.Length; i++)
        {
            var spend = result.Outcomes[i];
            if (truth[i] > 0 && spend.UpToNanos > 0)
            {
                _costed++;
                _within += truth[i] >= spend.SureOverRules.Low && truth[i] <= spend.UpToOverRules.High ? 1 : 0;
            }
        }
    }

    public IEnumerable<(string Tier, double Share, double Precision, double Recall)> Rows()
    {
        var total = _given.Sum();
        for (var tier = 0; tier < Tiers - 1; tier++)
        {
            yield return (((EvidenceTier)tier).Name(), _given[tier] / total, _right[tier] / _given[tier], _right[tier] / _served);
        }
    }

    public double SureRecall => (_right[0] + _right[1]) / _served;

    public double Recall => _right[..(Tiers - 1)].Sum() / _served;

    public double Unattributed => _given[Tiers - 1] / _given.Sum();

    /// <summary>The part of unattributed spend that truly served nothing that anybody heard of.</summary>
    public double RightlyUnattributed => _right[Tiers - 1] / _given[Tiers - 1];

    /// <summary>The part of spend for nothing that was left unattributed.</summary>
    public double UnservedKept => _unservedKept / _unserved;

    public IEnumerable<(string Reason, double Share)> Reasons() =>
        _reasons.OrderByDescending(r => r.Value).Select(r => (r.Key.Name(), r.Value / _given.Sum()));

    /// <summary>The part of outcomes whose true cost lies between what is sure by the least rule and all by the most.</summary>
    public double WithinRange => _within / (double)_costed;
}
