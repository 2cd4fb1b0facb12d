namespace Assay.Server.Formats;

/// <summary>What a path of the data plane means.</summary>
/// <param name="Format">The wire format of the call, and of our own errors to it.</param>
/// <param name="Operation">What is asked for.</param>
/// <param name="PathModel">The model named in the path (Gemini, and single models), unescaped; null if none.</param>
/// <param name="Provider">The provider's name for <c>/providers/{name}/…</c>; null elsewhere.</param>
/// <param name="ProviderPath">The rest of such a path, with its leading slash; null elsewhere.</param>
/// <param name="Version">The version part of a Gemini path, as in <c>v1beta</c>; null elsewhere.</param>
internal readonly record struct RouteMatch(
    WireFormat Format,
    Operation Operation,
    string? PathModel = null,
    string? Provider = null,
    string? ProviderPath = null,
    string? Version = null)
{
    /// <summary>The cloud in whose own terms the path is (a dialect's name), so that its client is a native one; null elsewhere.</summary>
    public string? Cloud { get; init; }

    /// <summary>Whether the path alone asks for a stream.</summary>
    public bool Streams { get; init; }

    /// <summary>The format in which the caller expects our errors: that of the cloud, whoever made the model.</summary>
    public WireFormat ErrorFormat => Cloud switch
    {
        "bedrock" => WireFormat.Converse,
        "vertex" => WireFormat.Gemini,
        _ => Format,
    };

    /// <summary>
    /// The same call when the named provider turns out to speak <paramref name="format"/>: what was recognised by its
    /// path in another format is an unknown pass-through. A cloud's own path says itself what it is, if the provider is that cloud.
    /// </summary>
    public RouteMatch For(WireFormat format, string dialect)
    {
        if (Cloud is null)
        {
            return format == Format ? this : this with { Format = format, Operation = Operation.Passthrough, PathModel = null };
        }

        return Cloud == dialect ? this
            : format == Format && Cloud != "bedrock" ? this with { Cloud = null }
            : this with { Cloud = null, Format = format, Operation = Operation.Passthrough, PathModel = null, Streams = false };
    }
}
