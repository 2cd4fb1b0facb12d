using System.Text.Json;

namespace Assay.Server.Formats;

/// <summary>The names of service tiers, brought to those of the ledger: empty for the standard.</summary>
internal static class ServiceTiers
{
    public static string FromName(string tier) => tier.ToLowerInvariant() switch
    {
        "" or "default" or "standard" or "auto" or "standard_only" or "on_demand" or "traffic_type_unspecified"
            or "service_tier_unspecified" or "service_tier_standard" => "",
        "on_demand_flex" or "service_tier_flex" => "flex",
        "on_demand_priority" or "service_tier_priority" => "priority",
        var other => other,
    };
}

/// <summary>Reads a captured JSON value as a short text.</summary>
internal static class JsonText
{
    /// <summary>The string; empty if the value is no string or too long to be a name.</summary>
    public static string Of(ReadOnlySpan<byte> json)
    {
        if (json.Length is < 2 or > 2048 || json[0] != '"')
        {
            return "";
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            return reader.Read() ? Labels.Clean(reader.GetString()) : "";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return "";
        }
    }
}
