namespace Assay.Server.Budgets.Forecasting;

/// <summary>What a scope spent on each complete day, in nano-USD or tokens, in the org's time zone.</summary>
/// <param name="FirstDay">The day of the first value.</param>
/// <param name="Days">One value a day without gaps, up to yesterday; a day without calls is 0.</param>
internal sealed record SpendHistory(DateOnly FirstDay, IReadOnlyList<long> Days)
{
    /// <summary>Longer histories are cut: what was so long ago says little about the next days.</summary>
    public const int DaysMax = 91;

    /// <summary>
    /// The history from its first day with spend on, since what comes before is a time in which the scope did not exist,
    /// and of at most <see cref="DaysMax"/> days.
    /// </summary>
    public SpendHistory Trimmed()
    {
        var skipped = Math.Max(0, Days.Count - DaysMax);
        while (skipped < Days.Count && Days[skipped] <= 0)
        {
            skipped++;
        }

        return skipped == 0 ? this : new SpendHistory(FirstDay.AddDays(skipped), [.. Days.Skip(skipped)]);
    }
}
