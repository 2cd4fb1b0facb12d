using System.Runtime.InteropServices;

namespace Assay.Signals.Patterns;

/// <summary>How alike a text was to what was said before it; of the text itself nothing is known any more.</summary>
/// <param name="AtMs">When.</param>
/// <param name="Similarity">The estimated cosine similarity to the nearest of the texts before, 0 to 1.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Likeness(long AtMs, double Similarity);

/// <summary>The likenesses of a day in little room: when there are many, every second is let go, then every fourth.</summary>
internal sealed class LikenessLog
{
    private const int PointsMax = 64;
    private const int DistanceBits = 7;

    // Seconds since the day's first text and the distance in bits, packed.
    private readonly uint[] _points = new uint[PointsMax];
    private long _fromMs;
    private int _count;
    private int _stride = 1;
    private int _seen;

    public void Add(long atMs, int distance)
    {
        if (_seen++ % _stride != 0)
        {
            return;
        }

        if (_count == PointsMax)
        {
            _count = PointsMax / 2;
            for (var i = 0; i < _count; i++)
            {
                _points[i] = _points[2 * i];
            }

            _stride *= 2;
            if ((_seen - 1) % _stride != 0)
            {
                return;
            }
        }

        _fromMs = _count == 0 ? atMs : _fromMs;
        _points[_count++] = ((uint)Math.Max(0, (atMs - _fromMs) / 1000) << DistanceBits) | (uint)distance;
    }

    public IReadOnlyList<Likeness> All() =>
    [
        .. _points.Take(_count).Select(point => new Likeness(
            _fromMs + ((point >> DistanceBits) * 1000L),
            Math.Max(0, Math.Cos(Math.PI * (point & ((1 << DistanceBits) - 1)) / 64)))),
    ];

    public void Clear() => (_count, _seen, _stride) = (0, 0, 1);
}
