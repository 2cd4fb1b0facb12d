using System.Runtime.CompilerServices;
using System.Text;

namespace Assay.Ledger.Usage;

/// <summary>
/// How much of each <see cref="UsageClass"/> one call used. A value type without allocation; tokens unless the class
/// says otherwise. Counts are never negative.
/// </summary>
public struct UsageCounts : IEquatable<UsageCounts>
{
    /// <summary>How many classes there are.</summary>
    public const int ClassCount = 14;

    private Slots _slots;

    /// <summary>The count of one class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or the class unknown.</exception>
    public long this[UsageClass usageClass]
    {
        readonly get => _slots[(int)usageClass];
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _slots[(int)usageClass] = value;
        }
    }

    /// <summary>All input tokens: uncached, cache reads and cache writes, text, audio and image.</summary>
    public readonly long TotalInputTokens => checked(
        this[UsageClass.Input] + CacheReadTokens + CacheWriteTokens
        + this[UsageClass.AudioInput] + this[UsageClass.ImageInput]);

    /// <summary>Cache writes of both lifetimes.</summary>
    public readonly long CacheWriteTokens => checked(this[UsageClass.CacheWrite5m] + this[UsageClass.CacheWrite1h]);

    /// <summary>Cache reads, text and audio.</summary>
    public readonly long CacheReadTokens => checked(this[UsageClass.CacheRead] + this[UsageClass.AudioCacheRead]);

    /// <summary>Input tokens that touched no cache, of every modality: what reports call <c>inputTokens</c>.</summary>
    public readonly long UncachedInputTokens =>
        checked(this[UsageClass.Input] + this[UsageClass.AudioInput] + this[UsageClass.ImageInput]);

    /// <summary>All output tokens, reasoning included: what reports call <c>outputTokens</c>.</summary>
    public readonly long TotalOutputTokens => checked(
        this[UsageClass.Output] + this[UsageClass.Reasoning]
        + this[UsageClass.AudioOutput] + this[UsageClass.ImageOutput]);

    /// <summary>Every token, in and out.</summary>
    public readonly long TotalTokens => checked(TotalInputTokens + TotalOutputTokens);

    /// <summary>Whether nothing was used.</summary>
    public readonly bool IsZero
    {
        get
        {
            for (var i = 0; i < ClassCount; i++)
            {
                if (_slots[i] != 0)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Sum, class by class.</summary>
    public static UsageCounts operator +(in UsageCounts left, in UsageCounts right)
    {
        var sum = left;
        for (var i = 0; i < ClassCount; i++)
        {
            sum._slots[i] = checked(sum._slots[i] + right._slots[i]);
        }

        return sum;
    }

    /// <summary>Whether every class has the same count.</summary>
    public static bool operator ==(in UsageCounts left, in UsageCounts right) => left.Equals(right);

    /// <summary>Whether some class has another count.</summary>
    public static bool operator !=(in UsageCounts left, in UsageCounts right) => !left.Equals(right);

    /// <inheritdoc />
    public readonly bool Equals(UsageCounts other) =>
        ((ReadOnlySpan<long>)_slots)[..ClassCount].SequenceEqual(((ReadOnlySpan<long>)other._slots)[..ClassCount]);

    /// <inheritdoc />
    public override readonly bool Equals(object? obj) => obj is UsageCounts other && Equals(other);

    /// <inheritdoc />
    public override readonly int GetHashCode() =>
        HashCode.Combine(_slots[0], _slots[1], _slots[2], _slots[3], _slots[4], _slots[5]);

    /// <summary>The classes that are not zero, as in <c>Input=12 Output=3</c>.</summary>
    public override readonly string ToString()
    {
        var text = new StringBuilder();
        for (var i = 0; i < ClassCount; i++)
        {
            if (_slots[i] != 0)
            {
                text.Append(text.Length == 0 ? "" : " ").Append((UsageClass)i).Append('=').Append(_slots[i]);
            }
        }

        return text.Length == 0 ? "none" : text.ToString();
    }

    [InlineArray(ClassCount)]
    private struct Slots
    {
        private long _first;
    }
}
