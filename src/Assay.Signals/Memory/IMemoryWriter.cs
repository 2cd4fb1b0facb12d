namespace Assay.Signals.Memory;

/// <summary>Takes down what detectors have learned: numbers and names, in the order in which they are read back.</summary>
public interface IMemoryWriter
{
    /// <summary>Takes a whole number.</summary>
    void Whole(int value);

    /// <summary>Takes a large whole number.</summary>
    void Large(long value);

    /// <summary>Takes a number.</summary>
    void Real(double value);

    /// <summary>Takes a number of half the size.</summary>
    void Small(float value);

    /// <summary>Takes a name.</summary>
    void Name(string value);

    /// <summary>Takes several.</summary>
    void Smalls(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            Small(value);
        }
    }
}
