namespace Assay.Server.Budgets.Forecasting.BackTests;

internal static class AmountSpans
{
    public static long Sum(this ReadOnlySpan<long> amounts)
    {
        long sum = 0;
        foreach (var amount in amounts)
        {
            sum = checked(sum + amount);
        }

        return sum;
    }

    public static long Sum(this Span<long> amounts) => Sum((ReadOnlySpan<long>)amounts);
}
