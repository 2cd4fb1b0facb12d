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
    /// <summary>
    /// The same call when the named provider turns out to speak <paramref name="format"/>: what was recognised by its
    /// path in another format is an unknown pass-through.
    /// </summary>
    public RouteMatch For(WireFormat format) =>
        format == Format ? this : this with { Format = format, Operation = Operation.Passthrough, PathModel = null };
}
