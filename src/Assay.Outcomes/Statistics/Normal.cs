namespace Assay.Outcomes.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    /// <summary>The part of the distribution below <paramref name="z"/>.</summary>
    public static double Below(double z) => 0.5 * ErrorComplement(-z / Math.Sqrt(2));

    /// <summary>Beyond which value, on either side, a part of the distribution lies: 1.96 for 0.05.</summary>
    /// <param name="alpha">The part; above 0 and below 1.</param>
    public static double TwoSided(double alpha) => Quantile(1 - (alpha / 2));

    /// <summary>The two-sided probability of a value at least so far from zero.</summary>
    public static double TwoSidedP(double z) => ErrorComplement(Math.Abs(z) / Math.Sqrt(2));

    /// <summary>Below which value a part of the distribution lies. Acklam's approximation and one step of Halley: exact to 1e-14.</summary>
    /// <param name="part">Above 0 and below 1.</param>
    public static double Quantile(double part)
    {
        if (part is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(part), part, "A part lies above 0 and below 1.");
        }

        var x = Approximate(part);
        var error = Below(x) - part;
        var step = error * Math.Sqrt(2 * Math.PI) * Math.Exp(x * x / 2);
        return double.IsFinite(step) ? x - (step / (1 + (x * step / 2))) : x;
    }

    private static double Approximate(double part)
    {
        const double Tail = 0.02425;
        if (part > 1 - Tail)
        {
            return -Approximate(1 - part);
        }

        if (part < Tail)
        {
            var tail = Math.Sqrt(-2 * Math.Log(part));
            return Polynomial(tail, -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838,
                    -2.549732539343734, 4.374664141464968, 2.938163982698783)
                / Polynomial(tail, 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1);
        }

        var centre = part - 0.5;
        var square = centre * centre;
        return centre * Polynomial(square, -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
                1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239)
            / Polynomial(square, -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                6.680131188771972e+01, -1.328068155288572e+01, 1);
    }

    private static double Polynomial(double x, params ReadOnlySpan<double> factors)
    {
        var sum = 0.0;
        foreach (var factor in factors)
        {
            sum = (sum * x) + factor;
        }

        return sum;
    }

    // The complementary error function: a series near zero, a continued fraction beyond.
    private static double ErrorComplement(double x)
    {
        if (x < 0)
        {
            return 2 - ErrorComplement(-x);
        }

        if (x < 2.5)
        {
            var (term, sum) = (x, x);
            for (var n = 1; n < 100 && Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * sum);
        }

        if (x > 27)
        {
            return 0;
        }

        var fraction = 0.0;
        for (var n = 60; n > 0; n--)
        {
            fraction = n / 2.0 / (x + fraction);
        }

        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction);
    }
}
