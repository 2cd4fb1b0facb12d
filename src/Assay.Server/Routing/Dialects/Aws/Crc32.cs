namespace Assay.Server.Routing.Dialects.Aws;

/// <summary>CRC-32 of ISO-HDLC (polynomial 0x04C11DB7 reflected), as in gzip.</summary>
internal static class Crc32
{
    private static readonly uint[] s_table = [.. Enumerable.Range(0, 256).Select(i =>
    {
        var value = (uint)i;
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
        }

        return value;
    })];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc = s_table[(byte)(crc ^ each)] ^ (crc >> 8);
        }

        return ~crc;
    }
}
