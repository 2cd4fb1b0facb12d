namespace Assay.Sim.Prompts;

/// <summary>A vector of length one that is the same for the same text.</summary>
internal static class EmbeddingVector
{
    public static float[] Draw(ulong fingerprint, int dimensions)
    {
        var random = new Random(unchecked((int)(fingerprint ^ (fingerprint >> 32))));
        var vector = new float[dimensions];
        double squares = 0;
        foreach (ref var value in vector.AsSpan())
        {
            value = (float)(random.NextDouble() - 0.5);
            squares += value * value;
        }

        var length = (float)Math.Sqrt(squares);
        foreach (ref var value in vector.AsSpan())
        {
            value /= length;
        }

        return vector;
    }
}
