namespace Assay.Sim.Prompts;

/// <summary>What a prompt found in the cache and left there, in text tokens.</summary>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct CacheUse(int Read, int Write5m, int Write1h);

/// <summary>
/// The simulated prompt caches. A prefix that was seen before, and has not expired, is read instead of counted as
/// input. Prefixes are scoped by format, model and provider key, because their fingerprints start with these.
/// </summary>
internal sealed class PromptCache(TimeProvider time, int tokensMin)
{
    private const int EntriesMax = 200_000;
    private static readonly TimeSpan s_short = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();
    private Dictionary<ulong, DateTimeOffset> _young = [];
    private Dictionary<ulong, DateTimeOffset> _old = [];

    /// <summary>Automatic caching: the longest known prefix is read, in whole blocks; all prefixes are kept.</summary>
    public CacheUse Automatic(IReadOnlyList<PromptStep> steps, int block)
    {
        var now = time.GetUtcNow();
        var read = 0;
        lock (_lock)
        {
            foreach (var step in steps)
            {
                if (step.Text >= tokensMin && Holds(step.Prefix, now))
                {
                    read = step.Text / block * block;
                }
            }

            foreach (var step in steps)
            {
                if (step.Text >= tokensMin)
                {
                    Keep(step.Prefix, now + s_short);
                }
            }
        }

        return new CacheUse(read, 0, 0);
    }

    /// <summary>Marked caching: the longest known prefix up to the last mark is read, the rest up to it written.</summary>
    public CacheUse Marked(IReadOnlyList<PromptStep> steps)
    {
        var now = time.GetUtcNow();
        var last = steps.Count - 1;
        while (last >= 0 && steps[last].Mark == CacheMark.None)
        {
            last--;
        }

        int read = 0, write5m = 0, write1h = 0;
        lock (_lock)
        {
            for (var i = 0; i <= last; i++)
            {
                if (steps[i].Text >= tokensMin && Holds(steps[i].Prefix, now))
                {
                    read = steps[i].Text;
                }
            }

            var position = read;
            for (var i = 0; i <= last; i++)
            {
                var step = steps[i];
                if (step.Mark == CacheMark.None || step.Text < tokensMin)
                {
                    continue;
                }

                var isLong = step.Mark == CacheMark.OneHour;
                Keep(step.Prefix, now + (isLong ? s_long : s_short));
                if (step.Text > position)
                {
                    _ = isLong ? write1h += step.Text - position : write5m += step.Text - position;
                    position = step.Text;
                }
            }
        }

        return new CacheUse(read, write5m, write1h);
    }

    private bool Holds(ulong prefix, DateTimeOffset now) =>
        (_young.TryGetValue(prefix, out var until) || _old.TryGetValue(prefix, out until)) && until >= now;

    private void Keep(ulong prefix, DateTimeOffset until)
    {
        // Two generations bound the memory without a clock of their own.
        if (_young.Count >= EntriesMax)
        {
            _old = _young;
            _young = [];
        }

        _young[prefix] = until;
    }
}
