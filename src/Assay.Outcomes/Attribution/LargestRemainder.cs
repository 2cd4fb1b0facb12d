namespace Assay.Outcomes.Attribution;

/// <summary>Divides an amount by weights so that the parts sum to it exactly.</summary>
public static class LargestRemainder
{
    /// <summary>Divides.</summary>
    /// <param name="amount">What to divide; it may be below zero, as corrections are.</param>
    /// <param name="weights">Not negative, at least one above zero.</param>
    /// <param name="parts">As long as the weights; each is less than one unit from its exact share.</param>
    public static void Split(long amount, ReadOnlySpan<long> weights, Span<long> parts)
    {
        Int128 whole = 0;
        foreach (var weight in weights)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weight, nameof(weights));
            whole += weight;
        }

        if (whole == 0 || parts.Length != weights.Length)
        {
            throw new ArgumentException("There is a part for each weight, and a weight above zero.", nameof(weights));
        }

        Int128 left = amount;
        var remainders = weights.Length <= 64 ? stackalloc Int128[weights.Length] : new Int128[weights.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            var (quotient, remainder) = Int128.DivRem((Int128)amount * weights[i], whole);
            parts[i] = (long)quotient;
            remainders[i] = Int128.Abs(remainder);
            left -= quotient;
        }

        // Fewer units are left than there are parts: one each to the largest remainders, the first of equal ones.
        var unit = amount < 0 ? -1 : 1;
        for (; left != 0; left -= unit)
        {
            var largest = 0;
            for (var i = 1; i < remainders.Length; i++)
            {
                largest = remainders[i] > remainders[largest] ? i : largest;
            }

            parts[largest] += unit;
            remainders[largest] = -1;
        }
    }
}
