using Assay.Ledger.Usage;

namespace Assay.Ledger.Tests.Usage;

public sealed class UsageCountsTests
{
    [Fact]
    public void Totals_add_disjoint_classes()
    {
        var counts = new UsageCounts
        {
            [UsageClass.Input] = 10,
            [UsageClass.CacheRead] = 100,
            [UsageClass.CacheWrite1h] = 5,
            [UsageClass.Output] = 7,
            [UsageClass.Reasoning] = 3,
            [UsageClass.WebSearch] = 2,
        };

        counts.TotalInputTokens.ShouldBe(115);
        counts.TotalOutputTokens.ShouldBe(10);
        counts.TotalTokens.ShouldBe(125);
        (counts + counts)[UsageClass.CacheRead].ShouldBe(200);
        counts.ToString().ShouldBe("Input=10 CacheRead=100 CacheWrite1h=5 Output=7 Reasoning=3 WebSearch=2");
    }

    [Fact]
    public void A_negative_count_is_refused()
    {
        var counts = default(UsageCounts);
        Should.Throw<ArgumentOutOfRangeException>(() => counts[UsageClass.Input] = -1);
    }
}
