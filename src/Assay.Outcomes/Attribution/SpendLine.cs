using System.Globalization;

namespace Assay.Outcomes.Attribution;

/// <summary>What an outcome cost, in one line: <c>$4.10 proved · $0.75 declared · up to $6.85</c>.</summary>
public static class SpendLine
{
    private const decimal NanosOfDollar = 1_000_000_000;

    /// <summary>Writes the line: what is sure by tier, and "up to" where less sure evidence adds to it.</summary>
    public static string Of(OutcomeSpend spend)
    {
        ArgumentNullException.ThrowIfNull(spend);
        var parts = new List<string>();
        for (var tier = EvidenceTier.Proved; tier <= EvidenceTier.Declared; tier++)
        {
            if (spend.ByTier[(int)tier] != 0)
            {
                parts.Add($"{Dollars(spend.ByTier[(int)tier])} {tier.Name()}");
            }
        }

        if (spend.UpToNanos != spend.SureNanos)
        {
            parts.Add($"up to {Dollars(spend.UpToNanos)}");
        }

        return parts.Count == 0 ? "nothing attributed" : string.Join(" · ", parts);
    }

    private static string Dollars(long nanos) =>
        nanos is > 0 and < 5_000_000 ? "<$0.01" : "$" + (nanos / NanosOfDollar).ToString("0.00", CultureInfo.InvariantCulture);
}
