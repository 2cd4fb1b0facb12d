namespace Assay.Server.Formats;

/// <summary>The cheap look for a member with a value other than null, over bytes that are not parsed.</summary>
internal static class UsageGate
{
    /// <summary>
    /// Whether a member of this name (given with its quotes) may have a value. Inside content the quotes are escaped,
    /// so content never matches. OpenAI writes <c>"usage":null</c> into every chunk once usage was asked for.
    /// </summary>
    public static bool HasValue(ReadOnlySpan<byte> data, ReadOnlySpan<byte> quotedName)
    {
        while (true)
        {
            var at = data.IndexOf(quotedName);
            if (at < 0)
            {
                return false;
            }

            data = data[(at + quotedName.Length)..];
            var value = data.TrimStart(" \t\r\n:"u8);
            if (!value.StartsWith("null"u8) && value.Length < data.Length)
            {
                return true;
            }
        }
    }
}
