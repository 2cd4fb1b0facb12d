using Assay.Ledger.Usage;
using Assay.Server.Metering;

namespace Assay.Server.Tests.Metering;

public sealed class UsageEstimatorTests
{
    [Fact]
    public void Before_anything_is_learned_the_estimate_is_cautious()
    {
        var counts = new UsageEstimator().BeforeSending("openai", "gpt", 3000, null, expectsOutput: true);

        counts[UsageClass.Input].ShouldBe(1000);
        counts[UsageClass.Output].ShouldBe(4096);
    }

    [Fact]
    public void The_client_s_bound_bounds_the_estimate()
    {
        new UsageEstimator().BeforeSending("openai", "gpt", 3000, 100, expectsOutput: true)[UsageClass.Output].ShouldBe(100);
    }

    [Fact]
    public void An_embedding_expects_no_output()
    {
        new UsageEstimator().BeforeSending("openai", "e", 3000, null, expectsOutput: false)[UsageClass.Output].ShouldBe(0);
    }

    [Fact]
    public void It_learns_how_many_bytes_a_token_has_and_how_long_answers_are()
    {
        var estimator = new UsageEstimator();
        var random = new Random(7);
        for (var i = 0; i < 3000; i++)
        {
            var input = random.Next(500, 1500);
            var output = random.Next(100, 300);
            estimator.Learn(
                "openai",
                "gpt",
                input * 5L,
                new UsageCounts { [UsageClass.Input] = input, [UsageClass.Output] = output },
                output * 6L);
        }

        estimator.BeforeSending("openai", "gpt", 5000, null, true)[UsageClass.Input].ShouldBeInRange(950, 1100);
        estimator.BeforeSending("openai", "gpt", 5000, null, true)[UsageClass.Output].ShouldBeInRange(260, 330);
        estimator.AfterCut("openai", "gpt", default, false, 5000, 600)[UsageClass.Output].ShouldBeInRange(95, 105);
        estimator.BeforeSending("openai", "other", 3000, null, true)[UsageClass.Input].ShouldBe(1000);
    }

    [Fact]
    public void What_the_provider_told_before_the_cut_is_kept()
    {
        var told = new UsageCounts { [UsageClass.CacheRead] = 900, [UsageClass.Input] = 7, [UsageClass.Reasoning] = 50 };

        var counts = new UsageEstimator().AfterCut("anthropic", "claude", told, inputKnown: true, 99_999, 400);

        counts[UsageClass.Input].ShouldBe(7);
        counts[UsageClass.CacheRead].ShouldBe(900);
        counts.TotalOutputTokens.ShouldBe(100);
    }

    [Fact]
    public void Names_without_end_do_not_fill_the_memory()
    {
        var estimator = new UsageEstimator();
        for (var i = 0; i < 20_000; i++)
        {
            estimator.BeforeSending("openai", "model-" + i, 100, null, true);
        }

        estimator.ModelCount.ShouldBeLessThanOrEqualTo(4097);
    }
}
