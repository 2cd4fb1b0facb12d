using System.Buffers;
using System.Text;

namespace Assay.Judgments.Git;

/// <summary>Cuts a stream at its NULs and hands over each field as bytes, so that nothing is decoded that nobody needs.</summary>
public abstract class GitFieldReader
{
    private const int FieldBytesMax = 1 << 20;

    public async Task ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            var filled = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(filled), cancellation)) > 0)
            {
                filled = Take(buffer, filled + read);
                if (filled == buffer.Length)
                {
                    buffer = Grow(buffer);
                }
            }

            if (filled > 0)
            {
                Field(buffer.AsSpan(0, filled));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected abstract void Field(ReadOnlySpan<byte> field);

    protected static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field);

    /// <summary>Hands over whole fields and moves what is left to the front.</summary>
    private int Take(byte[] buffer, int filled)
    {
        var rest = buffer.AsSpan(0, filled);
        for (int end; (end = rest.IndexOf((byte)0)) >= 0; rest = rest[(end + 1)..])
        {
            Field(rest[..end]);
        }

        rest.CopyTo(buffer);
        return rest.Length;
    }

    private static byte[] Grow(byte[] buffer)
    {
        if (buffer.Length >= FieldBytesMax)
        {
            throw new GitException("git wrote a field of more than 1 MiB.");
        }

        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
