using System.Runtime.InteropServices;

namespace Assay.Signals.Sketches;

/// <summary>The last sketches of one person, so that a new text can be compared with them.</summary>
public sealed class SketchRing(int capacity)
{
    // Apart from the rest, since all of them are read for each text: eight to a line of the processor's cache.
    private readonly ulong[] _bits = new ulong[capacity];
    private readonly Origin[] _origins = new Origin[capacity];
    private int _next;
    private int _count;

    /// <summary>Compares a text with the last ones, and keeps it.</summary>
    /// <returns>The most alike of the last ones: its distance in bits, and when and in which session it was.</returns>
    public Nearest Add(TextSketch sketch, long atMs, ulong session)
    {
        var (best, at) = (65, -1);
        for (var i = 0; i < _count; i++)
        {
            var distance = sketch.Distance(new TextSketch(_bits[i], 0));
            if (distance < best)
            {
                (best, at) = (distance, i);
            }
        }

        var nearest = at < 0 ? new Nearest(65, 0, 0) : new Nearest(best, _origins[at].AtMs, _origins[at].Session);
        _bits[_next] = sketch.Bits;
        _origins[_next] = new Origin(atMs, session);
        _next = (_next + 1) % _bits.Length;
        _count = Math.Min(_count + 1, _bits.Length);
        return nearest;
    }

    // Counted in for each call, and nearly always few.
    [ThreadStatic]
    private static HashSet<ulong>? s_sessions;

    /// <summary>In how many sessions since a time something nearly the same was asked.</summary>
    public int SessionsLike(TextSketch sketch, long sinceMs)
    {
        var sessions = s_sessions ??= [];
        sessions.Clear();
        for (var i = 0; i < _count; i++)
        {
            if (_origins[i].AtMs >= sinceMs && sketch.Distance(new TextSketch(_bits[i], 0)) <= TextSketch.NearBits)
            {
                sessions.Add(_origins[i].Session);
            }
        }

        return sessions.Count;
    }

    /// <summary>Forgets everything: sketches under another key cannot be compared.</summary>
    public void Clear() => (_next, _count) = (0, 0);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Origin(long AtMs, ulong Session);
}

/// <summary>The most alike of some texts.</summary>
/// <param name="Distance">In bits; 65 when there was none.</param>
/// <param name="AtMs">When it was seen.</param>
/// <param name="Session">Where.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Nearest(int Distance, long AtMs, ulong Session)
{
    /// <summary>Whether it says nearly the same.</summary>
    public bool IsNear => Distance <= TextSketch.NearBits;
}
