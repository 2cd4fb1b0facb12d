using Assay.Outcomes.Attribution;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Outcomes.Tests.Attribution;

public sealed class AttributionProperties
{
    [Fact]
    public void Parts_sum_to_what_was_metered_to_the_nano_dollar_under_every_rule() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var (calls, anchors, outcomes) = World(new Random(seed));
            foreach (var rule in Enum.GetValues<SplitRule>())
            {
                var result = Attributor.Attribute(calls, anchors, outcomes, rule);
                var ofCalls = result.Parts.GroupBy(p => p.Call).ToDictionary(g => g.Key, g => g.Sum(p => p.Nanos));
                ofCalls.Count.ShouldBe(calls.Count);
                for (var i = 0; i < calls.Count; i++)
                {
                    ofCalls[i].ShouldBe(calls[i].CostNanos);
                }

                var total = calls.Sum(c => c.CostNanos);
                result.TotalNanos.ShouldBe(total);
                (result.Outcomes.Sum(o => o.UpToNanos) + result.ByReason.Values.Sum()).ShouldBe(total);
                result.ByReason.Values.Sum().ShouldBe(result.ByTier[(int)EvidenceTier.Unattributed]);
                foreach (var spend in result.Outcomes)
                {
                    spend.UpToNanos.ShouldBeInRange(spend.UpToOverRules.Low, spend.UpToOverRules.High);
                    spend.SureNanos.ShouldBeInRange(spend.SureOverRules.Low, spend.SureOverRules.High);
                    spend.SureOverRules.High.ShouldBeLessThanOrEqualTo(spend.UpToOverRules.High);
                }

                result.Parts.ShouldAllBe(p => (p.Outcome < 0) == (p.Tier == EvidenceTier.Unattributed)
                    && (p.Outcome < 0) == (p.Reason != UnattributedReason.None));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_division_is_exact_and_each_part_is_within_one_unit_of_its_share() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), Arb.From(Gen.NonEmptyListOf(Gen.Choose(0, int.MaxValue))), (amount, each) =>
        {
            var weights = each.Select(w => (long)w).Append(1).ToArray();
            var parts = new long[weights.Length];
            LargestRemainder.Split(amount, weights, parts);
            parts.Aggregate((Int128)0, (sum, part) => sum + part).ShouldBe((Int128)amount);
            var whole = weights.Sum();
            for (var i = 0; i < parts.Length; i++)
            {
                var off = ((Int128)parts[i] * whole) - ((Int128)amount * weights[i]);
                Int128.Abs(off).ShouldBeLessThan((Int128)whole);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void More_digits_than_a_sum_can_hold_are_no_trouble()
    {
        var parts = new long[3];
        LargestRemainder.Split(long.MaxValue, [long.MaxValue, long.MaxValue, 1], parts);
        parts.Aggregate((Int128)0, (sum, part) => sum + part).ShouldBe((Int128)long.MaxValue);
        Should.Throw<ArgumentException>(() => LargestRemainder.Split(5, [0, 0], new long[2]));
    }

    // Few names for many rows, so that all kinds of evidence meet.
    private static (List<CallRow> Calls, List<AnchorRow> Anchors, List<OutcomeRow> Outcomes) World(Random random)
    {
        string Name(string kind, int of) => kind + random.Next(of);
        var calls = Enumerable.Range(0, random.Next(1, 40)).Select(i => new CallRow
        {
            Id = $"{i}",
            Session = random.Next(5) == 0 ? null : Name("s", 6),
            Person = Name("p", 3),
            WorkRef = random.Next(3) == 0 ? Name("w", 5) : null,
            AtMs = random.Next(1000),
            CostNanos = random.Next(4) == 0 ? random.Next(10) : random.NextInt64(2_000_000_000_000),
            IsPriced = random.Next(20) > 0,
            IsOptedOut = random.Next(20) == 0,
        }).ToList();
        var anchors = Enumerable.Range(0, random.Next(25)).Select(_ => new AnchorRow
        {
            Session = Name("s", 6),
            Repo = Name("r", 3),
            Commit = random.Next(5) == 0 ? "" : Name("c", 12),
            AtMs = random.Next(1000),
            Lines = random.Next(3) == 0 ? 0 : random.Next(500),
            IsMade = random.Next(4) > 0,
        }).ToList();
        var outcomes = Enumerable.Range(0, random.Next(9)).Select(i =>
        {
            var at = random.Next(1000);
            return new OutcomeRow
            {
                Id = $"o{i}",
                Repo = random.Next(6) == 0 ? null : Name("r", 2),
                Commits = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Name("c", 12))],
                WorkRefs = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Name("w", 5))],
                Author = Name("p", 3),
                AtMs = at,
                FromMs = at - random.Next(600),
                UntilMs = at + random.Next(100),
                Lines = random.Next(500),
            };
        }).ToList();
        return (calls, anchors, outcomes);
    }
}
