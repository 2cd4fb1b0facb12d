namespace Assay.Server.Metering;

/// <summary>
/// Follows one quantile of a stream of positive values in constant memory: each value moves the estimate up or down by
/// a share of itself, with steps that shrink as evidence grows but never to nothing, so that it follows change.
/// Stochastic approximation after Robbins and Monro (1951), on the logarithm of the value. Not thread-safe.
/// </summary>
internal sealed class RunningQuantile(double quantile, double start)
{
    private const double FirstStep = 0.7;
    private const double LastStep = 0.02;

    private long _count;

    /// <summary>The estimate.</summary>
    public double Value { get; private set; } = start;

    /// <summary>How many values were seen.</summary>
    public long Count => _count;

    public void Observe(double value)
    {
        if (!(value > 0) || double.IsInfinity(value))
        {
            return;
        }

        if (_count++ == 0)
        {
            // The first fact says more than any prior.
            Value = value;
            return;
        }

        var step = Math.Max(LastStep, FirstStep / Math.Sqrt(_count));
        Value *= Math.Exp(step * (value > Value ? quantile : quantile - 1));
    }
}
