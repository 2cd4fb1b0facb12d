using System.Text.RegularExpressions;
using Assay.Server.Routing.Dialects;

namespace Assay.Server.Hosting;

/// <summary>The rules of a provider's credentials and of the clouds' dialects.</summary>
internal static partial class ProviderRules
{
    /// <summary>How many keys a provider may have.</summary>
    public const int KeysMax = 64;

    public static void Check(string name, ProviderConfig provider, List<string> faults)
    {
        if (provider.ApiKeys.Count > KeysMax)
        {
            faults.Add($"providers.{name}.apiKeys: at most {KeysMax} keys.");
        }

        for (var i = 0; i < provider.ApiKeys.Count; i++)
        {
            if (provider.ApiKeys[i].Length == 0 || SecretSource.Check(provider.ApiKeys[i]) is not null)
            {
                faults.Add($"providers.{name}.apiKeys[{i}]: {SecretSource.Check(provider.ApiKeys[i]) ?? "empty."}");
            }
        }

        if (provider.Auth is not ("" or "bearer" or "api-key" or "x-api-key" or "x-goog-api-key"))
        {
            faults.Add($"providers.{name}.auth: must be bearer, api-key, x-api-key or x-goog-api-key.");
        }

        if (provider.CredentialSeconds is < 1 or > 86_400)
        {
            faults.Add($"providers.{name}.credentialSeconds: must be from 1 to 86400.");
        }

        if (provider.CredentialTimeoutSeconds is < 1 or > 600)
        {
            faults.Add($"providers.{name}.credentialTimeoutSeconds: must be from 1 to 600.");
        }

        if (provider.CallsMax is < 0 or > 1_000_000)
        {
            faults.Add($"providers.{name}.callsMax: must be from 0 (any number) to 1000000.");
        }

        CheckDialect(name, provider, faults);
    }

    private static void CheckDialect(string name, ProviderConfig provider, List<string> faults)
    {
        var formats = provider.Dialect switch
        {
            "" => null,
            "azure" => ["openai"],
            "bedrock" => ["anthropic", "converse"],
            "vertex" => ["gemini", "anthropic"],
            _ => (string[])[],
        };
        if (formats is null)
        {
            if (provider.Format == "converse")
            {
                faults.Add($"providers.{name}.dialect: the format converse is Amazon's alone; write bedrock.");
            }

            if (provider.Deployments.Count > 0 || provider.ApiVersion.Length > 0 || provider.Region.Length > 0)
            {
                faults.Add($"providers.{name}: deployments, apiVersion and region belong to a dialect (azure, bedrock or vertex).");
            }

            return;
        }

        if (formats.Length == 0)
        {
            faults.Add($"providers.{name}.dialect: must be azure, bedrock or vertex, or be left out.");
        }
        else if (!formats.Contains(provider.Format))
        {
            faults.Add($"providers.{name}.format: with the dialect {provider.Dialect} it must be {string.Join(" or ", formats)}.");
        }

        if (provider.ApiVersion.Length > 0 && !VersionShape().IsMatch(provider.ApiVersion))
        {
            faults.Add($"providers.{name}.apiVersion: must be like 2024-10-21 or preview.");
        }

        if (provider.Dialect == "bedrock" && BedrockDialect.RegionOf(provider).Length == 0)
        {
            faults.Add($"providers.{name}.region: the address does not say it; write one like eu-west-1.");
        }

        if (provider.Dialect == "vertex" && !provider.BaseUrl.Contains("/locations/", StringComparison.Ordinal))
        {
            faults.Add($"providers.{name}.baseUrl: must end with /v1/projects/PROJECT/locations/LOCATION.");
        }
    }

    [GeneratedRegex("^[A-Za-z0-9-]{1,32}$", RegexOptions.None, 1000)]
    private static partial Regex VersionShape();
}
