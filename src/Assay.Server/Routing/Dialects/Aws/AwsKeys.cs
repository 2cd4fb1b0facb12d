using System.Diagnostics.CodeAnalysis;

namespace Assay.Server.Routing.Dialects.Aws;

/// <summary>AWS credentials, written as <c>ID:SECRET</c> or <c>ID:SECRET:SESSION</c>.</summary>
internal sealed record AwsKeys(string Id, string Secret, string Session)
{
    /// <summary>False for a text that is something else, such as a Bedrock API key.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AwsKeys? keys)
    {
        // Ids are 16 to 128 capital letters and digits; no API key of Bedrock has a colon.
        var parts = text.Split(':', 3);
        keys = parts.Length >= 2 && parts[0].Length >= 8 && parts[0].All(char.IsAsciiLetterOrDigit) && parts[1].Length > 0
            ? new AwsKeys(parts[0], parts[1], parts.Length == 3 ? parts[2] : "")
            : null;
        return keys is not null;
    }
}
