using Assay.Outcomes.Statistics;

namespace Assay.Outcomes.Worth;

/// <summary>Whether a figure may be shown.</summary>
public enum WorthVerdict
{
    /// <summary>It may.</summary>
    Shown,

    /// <summary>Not enough data: <see cref="WorthFigure.Missing"/> more settled outcomes are needed.</summary>
    NotEnough,

    /// <summary>Fewer people than may be shown as a group.</summary>
    TooFewPeople,
}

/// <summary>A figure with how sure it is.</summary>
/// <param name="Value">As it was seen.</param>
/// <param name="Interval">Where it may lie; null where too few people are behind it to say.</param>
/// <param name="Shrunk">Drawn towards the whole, the more the smaller the group: what groups are compared and sorted by.</param>
public sealed record Estimate(double Value, Interval? Interval, double Shrunk);

/// <summary>Nano-dollars by what became of them. They sum to what was metered.</summary>
/// <param name="Settled">Went to outcomes that settled.</param>
/// <param name="TakenBack">Went to outcomes that were reverted or reopened.</param>
/// <param name="Abandoned">Went to work that was given up.</param>
/// <param name="Unattributed">Nobody knows.</param>
/// <param name="Provisional">Went to outcomes that nobody can judge yet; in no headline.</param>
public sealed record WorthMoney(long Settled, long TakenBack, long Abandoned, long Unattributed, long Provisional)
{
    /// <summary>What the headline divides: everything but the provisional, so that failed work counts.</summary>
    public long Headline => Settled + TakenBack + Abandoned + Unattributed;

    /// <summary>What was metered.</summary>
    public long Total => Headline + Provisional;
}

/// <summary>What one group got for its tokens.</summary>
public sealed record WorthFigure
{
    /// <summary>The group.</summary>
    public required string Key { get; init; }

    /// <summary>How many people spent or brought something about.</summary>
    public required int People { get; init; }

    /// <summary>Where the money went. Sums may be shown whatever the verdict.</summary>
    public required WorthMoney Money { get; init; }

    /// <summary>Tokens of what the headline divides.</summary>
    public required long Tokens { get; init; }

    /// <summary>Outcomes that settled.</summary>
    public required int Settled { get; init; }

    /// <summary>Outcomes that were reverted, reopened or abandoned.</summary>
    public required int Lost { get; init; }

    /// <summary>Outcomes that nobody can judge yet.</summary>
    public required int Provisional { get; init; }

    /// <summary>Whether the figures below may be shown; they are null where not.</summary>
    public required WorthVerdict Verdict { get; init; }

    /// <summary>How many more settled outcomes a figure needs.</summary>
    public required int Missing { get; init; }

    /// <summary>Dollars of all spend of the group for each settled outcome.</summary>
    public Estimate? CostPerSettled { get; init; }

    /// <summary>Settled outcomes for each million tokens.</summary>
    public Estimate? PerMillionTokens { get; init; }

    /// <summary>The part of finished outcomes that settled; null below the least number of finished ones.</summary>
    public Estimate? SettledRate { get; init; }

    /// <summary>
    /// How unlikely this group's settled rate is if it were that of all others, adjusted for how many groups are looked at;
    /// null where it is not compared.
    /// </summary>
    public double? RateDiffers { get; init; }
}

/// <summary>What may be shown, and how sure intervals are.</summary>
public sealed record WorthSettings
{
    /// <summary>Below so many settled outcomes there is no figure.</summary>
    public int OutcomesMin { get; init; } = 10;

    /// <summary>Below so many people there is no figure; 1 for the view of a person on themselves.</summary>
    public int PeopleMin { get; init; } = 5;

    /// <summary>How often an interval contains the truth.</summary>
    public double Confidence { get; init; } = 0.9;

    /// <summary>How much the whole weighs in what is shrunk, in settled outcomes.</summary>
    public double PriorOutcomes { get; init; } = 10;

    /// <summary>How often people are drawn again.</summary>
    public int Resamples { get; init; } = ClusterBootstrap.Usual;

    /// <summary>What is drawn derives from it.</summary>
    public ulong Seed { get; init; } = 1;
}
