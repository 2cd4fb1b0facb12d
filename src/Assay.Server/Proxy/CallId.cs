using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Assay.Server.Proxy;

/// <summary>
/// Names calls: UUIDs of version 7 (RFC 9562 section 5.7), so that they sort by time. Each takes 74 random bits. The system's
/// random numbers are fetched for a hundred ids at once: asking it for every id costs more than the rest of making one.
/// </summary>
internal static class CallId
{
    private const int RandomBytes = 10;
    private const int PoolBytes = 100 * RandomBytes;

    [ThreadStatic]
    private static byte[]? s_pool;

    [ThreadStatic]
    private static int s_left;

    public static Guid New(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, now.ToUnixTimeMilliseconds() << 16);
        Take(id[6..]);
        id[6] = (byte)(0x70 | (id[6] & 0x0F));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        return new Guid(id, bigEndian: true);
    }

    private static void Take(Span<byte> random)
    {
        var pool = s_pool ??= new byte[PoolBytes];
        if (s_left == 0)
        {
            RandomNumberGenerator.Fill(pool);
            s_left = PoolBytes;
        }

        s_left -= RandomBytes;
        pool.AsSpan(s_left, RandomBytes).CopyTo(random);
    }
}
