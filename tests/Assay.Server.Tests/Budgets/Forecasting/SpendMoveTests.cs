using Assay.Ledger.Money;
using Assay.Server.Budgets.Forecasting;

namespace Assay.Server.Tests.Budgets.Forecasting;

/// <summary>What if a share of the work moved in-house?</summary>
public sealed class SpendMoveTests
{
    private const long Usd = NanoUsd.PerDollar;
    private static readonly HashSet<string> s_inHouse = ["metacode"];

    private static readonly (string, string, long, long)[] s_rows =
    [
        ("coding", "anthropic", 600_000_000, 600 * Usd),
        ("coding", "openai", 200_000_000, 200 * Usd),
        ("coding", "metacode", 100_000_000, 20 * Usd),
        ("support", "openai", 80_000_000, 180 * Usd),
    ];

    [Fact]
    public void A_tenth_of_coding_costs_what_the_house_lately_cost()
    {
        var effect = SpendMoveEffect.Of(new SpendMove("coding", 10, null), s_rows, s_inHouse)!;
        effect.MovedTokens.ShouldBe(80_000_000);
        effect.OutsideCost.ShouldBe(80 * Usd);
        effect.InHouseCost.ShouldBe(16 * Usd);
        effect.IsMeasured.ShouldBeTrue();
        effect.Factor.ShouldBe((1000 - 80 + 16) / 1000.0, 1e-9);

        // What is spent is spent: only the rest changes.
        ((double)effect.Applied(400 * Usd, 1000 * Usd)).ShouldBe((400 + (0.936 * 600)) * Usd, 10);
        effect.Applied(400 * Usd, 400 * Usd).ShouldBe(400 * Usd);
    }

    [Fact]
    public void Everything_can_move_and_a_dear_house_costs_more()
    {
        SpendMoveEffect.Of(new SpendMove("", 100, 0), s_rows, s_inHouse)!.Factor.ShouldBe(0.02, 1e-9);
        var dear = SpendMoveEffect.Of(new SpendMove("coding", 50, 5), s_rows, s_inHouse)!;
        dear.IsMeasured.ShouldBeFalse();
        dear.Factor.ShouldBe((1000 - 400 + 2000) / 1000.0, 1e-9);
    }

    [Fact]
    public void Without_a_house_or_a_price_nobody_knows()
    {
        SpendMoveEffect.Of(new SpendMove("coding", 10, null), s_rows, new HashSet<string>()).ShouldBeNull();
        SpendMoveEffect.Of(new SpendMove("coding", 10, 1), [], s_inHouse).ShouldBeNull();
        SpendMoveEffect.Of(new SpendMove("nothing", 10, 1), s_rows, s_inHouse)!.Factor.ShouldBe(1);
    }
}
