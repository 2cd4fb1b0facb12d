namespace Assay.Sim.Workforce;

/// <summary>Random numbers that derive from names: (seed, person, day) always gives the same, in any order.</summary>
internal struct WorkRandom(ulong state)
{
    private ulong _state = state;

    public static WorkRandom Of(int seed, int a, int b = 0, int c = 0) =>
        new(Mix(Mix(Mix(Mix((ulong)seed + 0x9E37) ^ (uint)a) ^ (uint)b) ^ (uint)c));

    public static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>From 0 up to, but without, 1.</summary>
    public double Part() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double part) => Part() < part;

    public int Below(int end) => (int)(Part() * end);

    public double Between(double from, double to) => from + (Part() * (to - from));

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Part())) * Math.Cos(2 * Math.PI * Part());

    public double LogNormal(double median, double sigma) => median * Math.Exp(sigma * Normal());

    public int Poisson(double mean)
    {
        if (mean > 30)
        {
            return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        }

        var (count, product, end) = (0, Part(), Math.Exp(-mean));
        while (product > end)
        {
            count++;
            product *= Part();
        }

        return count;
    }
}
