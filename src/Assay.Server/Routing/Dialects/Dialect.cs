using System.Buffers;
using System.Runtime.InteropServices;
using Assay.Server.Formats;
using Assay.Server.Hosting;

namespace Assay.Server.Routing.Dialects;

/// <summary>Where a provider takes an operation.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProviderAddress(string Path, string Query);

/// <summary>
/// How a cloud serves another company's format: at other paths, with another credential, in a wrapped body or answer. A
/// provider that speaks its format as its inventor does has none.
/// </summary>
internal abstract class Dialect(ProviderConfig config)
{
    /// <summary>The name of a model at the provider: its deployment, its inference profile.</summary>
    public string NameOf(string model) => config.Deployments.TryGetValue(model, out var name) ? name : model;

    /// <summary>The model behind a name at the provider, which its own clients call by it.</summary>
    public string ModelOf(string name)
    {
        foreach (var (model, deployment) in config.Deployments)
        {
            if (deployment == name)
            {
                return model;
            }
        }

        return name;
    }

    /// <summary>Where an operation is taken; null if this cloud does not have it.</summary>
    /// <param name="wire">The call in the provider's format.</param>
    /// <param name="model">The model's name at the provider.</param>
    /// <param name="isStream">Whether a stream is asked for.</param>
    /// <param name="query">What the client asked with, without its key; with its question mark.</param>
    public abstract ProviderAddress? Address(RouteMatch wire, string model, bool isStream, string query);

    /// <summary>Whether a path that names this provider (<c>/providers/NAME/…</c>) is already in the cloud's own terms.</summary>
    public virtual bool TakesPathsAsTheyAre => false;

    /// <summary>Writes the body as this cloud wants it; false if it is sent as it is.</summary>
    public virtual bool TryWrap(RouteMatch wire, ReadOnlySpan<byte> body, string model, string? betas, IBufferWriter<byte> output) => false;

    /// <summary>Whether a header of the client's means something here.</summary>
    public virtual bool Passes(string header) => true;

    /// <summary>Puts the credential into the request.</summary>
    public abstract void Authorize(HttpRequestMessage request, ReadOnlySpan<byte> body, string credential, DateTimeOffset now);

    /// <summary>Whether errors come in the cloud's own shape and not in the format's.</summary>
    public virtual bool HasOwnErrors => false;

    /// <summary>The answer's events as the format has them; null if they come so.</summary>
    public virtual Stream? Unwrap(HttpResponseMessage response, Stream body) => null;

    /// <summary>Whether the answer is a stream of events in the cloud's own framing.</summary>
    public virtual bool IsWrappedStream(HttpResponseMessage response) => false;

    public static Dialect? Of(ProviderConfig config) => config.Dialect switch
    {
        "azure" => new AzureDialect(config),
        "bedrock" => new BedrockDialect(config),
        "vertex" => new VertexDialect(config),
        _ => null,
    };

    /// <summary>The price book's name of who bills; empty where the format's own company does.</summary>
    public static string PriceProvider(string dialect) => dialect switch
    {
        "azure" => "azure",
        "bedrock" => "aws",
        "vertex" => "google",
        _ => "",
    };

    protected static void Bearer(HttpRequestMessage request, string credential) =>
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + credential);
}
