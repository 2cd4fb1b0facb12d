using Assay.Outcomes.Goodhart;

namespace Assay.Outcomes.Tests.Goodhart;

public sealed class GoodhartAuditTests
{
    private const int Target = 28;
    private const int Last = 41;

    [Fact]
    public void A_metric_that_grows_while_its_gold_does_not_is_decoupled()
    {
        var report = Look(new World(1) { ProxyAfter = 2 });
        var finding = report.Findings.Single(f => f.Question == AuditQuestion.Decoupling);
        finding.IsAlarm.ShouldBeTrue();
        finding.Change.ShouldBeInRange(1.4, 2.2);
        finding.Interval!.Value.Low.ShouldBeGreaterThan(1.2);
        finding.After.ShouldBe(2, 0.2);
        finding.Before.ShouldBe(1, 0.2);
        report.IsAlarm.ShouldBeTrue();
    }

    [Fact]
    public void Growth_of_both_is_no_alarm() => Look(new World(2) { ProxyAfter = 3, GoldAfter = 3 }).IsAlarm.ShouldBeFalse();

    [Theory]
    [InlineData(1.3)]
    [InlineData(1.6)]
    public void A_company_that_does_more_of_everything_alarms_no_more_often_than_said(double growth)
    {
        var alarms = 0;
        for (var seed = 200; seed < 230; seed++)
        {
            var input = new World(seed) { ProxyAfter = growth, GoldAfter = growth }.Input(Last) with { Items = [] };
            alarms += GoodhartAudit.Look(input, new AuditSettings { Resamples = 399 })
                .Findings.Single(f => f.Question == AuditQuestion.Decoupling).IsAlarm ? 1 : 0;
        }

        alarms.ShouldBeLessThan(4);
    }

    [Fact]
    public void Those_who_do_more_of_both_are_no_alarm_and_those_who_do_more_of_the_metric_alone_are()
    {
        Look(new World(10) { Movers = 8, MoversMetric = 2, MoversGold = 2 }).Findings.Single(f => f.Question == AuditQuestion.Decoupling).IsAlarm.ShouldBeFalse();
        Look(new World(10) { Movers = 8, MoversMetric = 2 }).Findings.Single(f => f.Question == AuditQuestion.Decoupling).IsAlarm.ShouldBeTrue();
    }

    [Fact]
    public void Who_comes_or_goes_is_compared_with_nothing()
    {
        var input = new World(11).Input(Last);
        input = input with { Days = [.. input.Days.Where(d => d.Unit is not ("u1" or "u2" or "u3" or "u4") || d.Day >= Target)] };
        GoodhartAudit.Look(input).Findings.Single(f => f.Question == AuditQuestion.Decoupling).IsAlarm.ShouldBeFalse();
    }

    [Fact]
    public void A_metric_that_shrinks_with_more_gold_is_no_alarm() =>
        Look(new World(3) { ProxyAfter = 0.5, GoldAfter = 0.4 }).Findings.Single(f => f.Question == AuditQuestion.Decoupling).IsAlarm.ShouldBeFalse();

    [Fact]
    public void Things_of_another_size_are_seen_but_not_that_those_who_make_large_things_make_more()
    {
        Look(new World(4) { SizeAfter = 0.3 }).Findings.Single(f => f.Question == AuditQuestion.SizeShift).IsAlarm.ShouldBeTrue();
        var mix = Look(new World(5) { MoreFromLarge = true }).Findings.Single(f => f.Question == AuditQuestion.SizeShift);
        mix.After.ShouldBeGreaterThan(mix.Before * 1.1);
        mix.IsAlarm.ShouldBeFalse();
    }

    [Fact]
    public void Lower_blind_ratings_are_seen()
    {
        var finding = Look(new World(6) { RatingAfter = 2.2 }).Findings.Single(f => f.Question == AuditQuestion.Ratings);
        finding.IsAlarm.ShouldBeTrue();
        finding.Change.ShouldBeLessThan(-0.5);
        finding.Interval!.Value.High.ShouldBeLessThan(0);
    }

    [Fact]
    public void A_few_who_burn_very_much_are_seen_in_the_tail_where_no_average_moves()
    {
        var report = Look(new World(7) { Burners = 14 });
        report.Findings.Single(f => f.Question == AuditQuestion.Extremes).IsAlarm.ShouldBeTrue();
        report.Findings.Single(f => f.Question == AuditQuestion.Extremes).After.ShouldBeGreaterThanOrEqualTo(14);
    }

    [Fact]
    public void Values_above_a_threshold_that_something_hangs_on_are_seen()
    {
        var finding = Look(new World(8) { Threshold = 12 }, 12, 1).Findings.Single(f => f.Question == AuditQuestion.Bunching);
        finding.IsAlarm.ShouldBeTrue();
        finding.After.ShouldBeGreaterThan(2);
    }

    [Fact]
    public void Quiet_metrics_alarm_no_more_often_than_said()
    {
        var alarms = 0;
        for (var seed = 100; seed < 150; seed++)
        {
            alarms += Look(new World(seed), settings: new AuditSettings { Resamples = 399, AlphaSecond = 0.05 }).IsAlarm ? 1 : 0;
        }

        // Five in a hundred are allowed; more than seven of fifty would come about once in two hundred times.
        alarms.ShouldBeLessThan(8);
    }

    [Fact]
    public void Before_a_week_is_over_or_with_few_units_nothing_is_said()
    {
        var world = new World(9);
        GoodhartAudit.Look(world.Input(Target + 5)).IsEnough.ShouldBeFalse();
        GoodhartAudit.Look(new World(9) { Units = 9 }.Input(Last)).IsEnough.ShouldBeFalse();
        GoodhartAudit.Look(world.Input(Last)).IsEnough.ShouldBeTrue();
        Should.Throw<ArgumentException>(() => GoodhartAudit.Look(world.Input(Last) with { Days = [new("a", 30, -1, 0)] }));
    }

    private static AuditReport Look(World world, double? threshold = null, double width = 0, AuditSettings? settings = null) =>
        GoodhartAudit.Look(world.Input(Last) with { Threshold = threshold, ThresholdWidth = width }, settings);

    /// <summary>Forty units whose gold follows their metric, until something is changed.</summary>
    private sealed class World(int seed)
    {
        public int Units { get; init; } = 40;

        public double ProxyAfter { get; init; } = 1;

        public double GoldAfter { get; init; } = 1;

        public double SizeAfter { get; init; } = 1;

        public double RatingAfter { get; init; } = 3.5;

        public int Burners { get; init; }

        public int Movers { get; init; }

        public double MoversMetric { get; init; } = 1;

        public double MoversGold { get; init; } = 1;

        public bool MoreFromLarge { get; init; }

        public double? Threshold { get; init; }

        public AuditInput Input(int last)
        {
            var random = new Random(seed);
            var (days, items, ratings) = (new List<MetricDay>(), new List<ItemSeen>(), new List<RatingSeen>());
            for (var unit = 0; unit < Units; unit++)
            {
                var habit = 4 + (8 * random.NextDouble());
                for (var day = 0; day <= last; day++)
                {
                    var isAfter = day >= Target;
                    var work = habit * (0.4 + (1.2 * random.NextDouble()));
                    var proxy = work * (isAfter ? ProxyAfter : 1) * (isAfter && unit < Burners ? 4 : 1) * (isAfter && unit < Movers ? MoversMetric : 1);
                    if (isAfter && Threshold is { } threshold && proxy > threshold - 4 && proxy < threshold)
                    {
                        proxy = threshold + (0.5 * random.NextDouble());
                    }

                    days.Add(new($"u{unit}", day, proxy, work * (isAfter ? GoldAfter : 1) * (isAfter && unit < Movers ? MoversGold : 1) * (0.5 + random.NextDouble())));
                    for (var i = 0; i < (isAfter && MoreFromLarge && unit % 2 == 0 ? 3 : 1); i++)
                    {
                        items.Add(new($"u{unit}", day, (unit % 2 == 0 ? 200 : 50) * (0.2 + random.NextDouble()) * (isAfter ? SizeAfter : 1)));
                    }
                }
            }

            for (var i = 0; i < 80; i++)
            {
                var day = i % (last + 1);
                ratings.Add(new(day, (day >= Target ? RatingAfter : 3.5) + (2 * random.NextDouble()) - 1));
            }

            return new AuditInput { TargetDay = Target, LastDay = last, Days = days, Items = items, Ratings = ratings };
        }
    }
}
