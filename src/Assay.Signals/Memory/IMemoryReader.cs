namespace Assay.Signals.Memory;

/// <summary>Gives back what an <see cref="IMemoryWriter"/> took down. What cannot be is a <see cref="FormatException"/>.</summary>
public interface IMemoryReader
{
    /// <summary>Gives a whole number.</summary>
    int Whole();

    /// <summary>Gives a large whole number.</summary>
    long Large();

    /// <summary>Gives a number, which is finite.</summary>
    double Real();

    /// <summary>Gives a number of half the size, which is finite.</summary>
    float Small();

    /// <summary>Gives a name.</summary>
    string Name();

    /// <summary>Gives several.</summary>
    void Smalls(Span<float> values)
    {
        foreach (ref var value in values)
        {
            value = Small();
        }
    }

    /// <summary>Gives how many of something follow.</summary>
    int Count(int most)
    {
        var count = Whole();
        return count >= 0 && count <= most ? count : throw new FormatException($"{count} is no number of things from 0 to {most}.");
    }
}
