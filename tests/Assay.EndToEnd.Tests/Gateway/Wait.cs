using System.Diagnostics;

namespace Assay.EndToEnd.Tests.Gateway;

/// <summary>Waits for what another process or thread will bring about, where no event of it can be awaited.</summary>
internal static class Wait
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static async Task UntilAsync(Func<bool> condition, string what, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            (watch.Elapsed < s_patience).ShouldBeTrue($"waited in vain until {what}");
            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            (watch.Elapsed < s_patience).ShouldBeTrue($"waited in vain until {what}");
            await timer.WaitForNextTickAsync(cancellation);
        }
    }
}
