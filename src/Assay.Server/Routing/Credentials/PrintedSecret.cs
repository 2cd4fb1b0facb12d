using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Assay.Server.Routing.Credentials;

/// <summary>
/// What a command prints: the credential itself, or JSON as the clouds' own tools print it, with its end. AWS keys become
/// <c>ID:SECRET:SESSION</c>.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PrintedSecret(string Value, long? EndsAtMs)
{
    private static readonly string[] s_values = ["access_token", "accessToken", "token", "apiKey", "api_key"];
    private static readonly string[] s_ends = ["Expiration", "expiresAt", "expires_at", "expires_on", "expiry"];

    /// <exception cref="CredentialException">It is JSON without a credential in it.</exception>
    public static PrintedSecret Read(string text)
    {
        if (!text.StartsWith('{'))
        {
            return new PrintedSecret(text, null);
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return new PrintedSecret(Aws(root) ?? First(root, s_values) ?? throw Nothing(null), End(root));
        }
        catch (JsonException fault)
        {
            throw Nothing(fault);
        }
    }

    private static string? Aws(JsonElement root)
    {
        if (Text(root, "AccessKeyId") is not { } id || Text(root, "SecretAccessKey") is not { } secret)
        {
            return null;
        }

        return Text(root, "SessionToken") is { } session ? $"{id}:{secret}:{session}" : $"{id}:{secret}";
    }

    private static long? End(JsonElement root)
    {
        foreach (var name in s_ends)
        {
            if (!root.TryGetProperty(name, out var end))
            {
                continue;
            }

            // Whole numbers are Unix seconds, as `az` prints them.
            if (end.ValueKind == JsonValueKind.Number && end.TryGetInt64(out var seconds) && seconds is > 0 and < 100_000_000_000)
            {
                return seconds * 1000;
            }

            if (end.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(
                end.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                return at.ToUnixTimeMilliseconds();
            }
        }

        return null;
    }

    private static string? First(JsonElement root, string[] names) =>
        names.Select(name => Text(root, name)).FirstOrDefault(text => text is not null);

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static CredentialException Nothing(Exception? inner) =>
        new("its command printed JSON without a credential (access_token, accessToken, token, apiKey or AccessKeyId).", inner);
}
