using Assay.Ledger.Usage;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Ledger.Tests.Usage;

public sealed class UsageCountsProperties
{
    private static readonly Arbitrary<UsageCounts> s_counts = Gen
        .ArrayOf(Gen.Choose(0, 1_000_000), UsageCounts.ClassCount)
        .Select(numbers =>
        {
            var counts = default(UsageCounts);
            for (var i = 0; i < numbers.Length; i++)
            {
                counts[(UsageClass)i] = numbers[i];
            }

            return counts;
        }).ToArbitrary();

    [Fact]
    public void A_sum_adds_every_class_and_nothing_else() =>
        Prop.ForAll(s_counts, s_counts, (one, other) =>
            Enum.GetValues<UsageClass>().All(c => (one + other)[c] == one[c] + other[c]) && one + other == other + one)
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Every_token_is_in_exactly_one_total() =>
        Prop.ForAll(s_counts, counts =>
        {
            var calls = counts[UsageClass.WebSearch] + counts[UsageClass.ToolCall] + counts[UsageClass.Request];
            var all = Enum.GetValues<UsageClass>().Sum(c => counts[c]);
            return counts.TotalTokens == all - calls
                && counts.TotalInputTokens == counts.UncachedInputTokens + counts.CacheReadTokens + counts.CacheWriteTokens
                && counts.TotalTokens == counts.TotalInputTokens + counts.TotalOutputTokens;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void There_is_a_slot_for_every_class() =>
        Enum.GetValues<UsageClass>().Select(c => (int)c).ShouldBe(Enumerable.Range(0, UsageCounts.ClassCount));
}
