namespace Assay.Sim;

/// <summary>What the simulated clouds demand. They are strict: a wrong signature or body is refused as they would.</summary>
public sealed record SimCloudOptions
{
    /// <summary>AWS access keys: secrets by id.</summary>
    public IReadOnlyDictionary<string, string> AwsKeys { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The session token that must come with them; empty for none.</summary>
    public string AwsSession { get; init; } = "";

    /// <summary>The AWS region that requests must be signed for.</summary>
    public string AwsRegion { get; init; } = "us-east-1";

    /// <summary>The public key (PEM) of the one service account; null to take any bearer token at Vertex.</summary>
    public string? GoogleAccountKey { get; init; }

    /// <summary>How long the tokens of <c>/token</c> hold.</summary>
    public int GoogleTokenSeconds { get; init; } = 3600;
}
