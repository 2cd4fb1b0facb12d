using System.Collections;
using System.Collections.Concurrent;
using System.Net;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Routing.Credentials;
using Assay.Server.Routing.Dialects;

namespace Assay.Server.Routing;

/// <summary>A configured provider with its own connection pool and credentials.</summary>
internal sealed class Provider : IDisposable
{
    private const int AddressesMax = 256;

    private readonly ConcurrentDictionary<string, Uri> _addresses = new(StringComparer.Ordinal);
    private readonly string _origin;
    private readonly string _basePath;
    private readonly string _auth;

    public Provider(string name, ProviderConfig config, IDictionary environment, TimeoutsConfig timeouts, TimeProvider clock)
    {
        Name = name;
        Format = config.Format switch
        {
            "anthropic" => WireFormat.Anthropic,
            "gemini" => WireFormat.Gemini,
            "converse" => WireFormat.Converse,
            _ => WireFormat.OpenAI,
        };
        InHouse = config.InHouse;
        SpeaksResponses = Format == WireFormat.OpenAI && (config.Responses ?? !config.InHouse);
        PriceProvider = config.Prices;
        var url = new Uri(config.BaseUrl);
        _origin = url.GetLeftPart(UriPartial.Authority);
        _basePath = url.AbsolutePath.TrimEnd('/');
        Headers = [.. config.Headers.Select(h => KeyValuePair.Create(h.Key, h.Value))];
        Dialect = Dialect.Of(config);
        DialectName = config.Dialect;
        DialectPrices = Dialect.PriceProvider(config.Dialect);
        _auth = config.Auth.Length > 0 ? config.Auth : Format switch
        {
            WireFormat.Anthropic => "x-api-key",
            WireFormat.Gemini => "x-goog-api-key",
            _ => "bearer",
        };
        Invoker = new HttpMessageInvoker(Handler(timeouts));
        var sources = (string[])[.. config.ApiKey.Length > 0 ? [config.ApiKey] : Array.Empty<string>(), .. config.ApiKeys];
        Keys = new ProviderKeys([.. sources.Select(source => SecretOf(name, config, source, environment, clock))
            .OfType<Secret>().Select(secret => new ProviderKey(secret))]);
        LacksCredential = sources.Length > 0 && Keys.Count == 0;
    }

    public string Name { get; }

    public WireFormat Format { get; }

    public bool InHouse { get; }

    /// <summary>Whether it has OpenAI's Responses; most servers of open models have only Chat Completions.</summary>
    public bool SpeaksResponses { get; }

    /// <summary>The price book's name for this provider; empty to derive it.</summary>
    public string PriceProvider { get; }

    /// <summary>How a cloud serves the format; null where it is spoken as its inventor does.</summary>
    public Dialect? Dialect { get; }

    /// <summary>The name of <see cref="Dialect"/>; empty without one.</summary>
    public string DialectName { get; }

    /// <summary>The price book's name of the cloud that bills; empty without one.</summary>
    public string DialectPrices { get; }

    public ProviderKeys Keys { get; }

    /// <summary>Whether a credential is configured but its variable or file is empty.</summary>
    public bool LacksCredential { get; }

    public KeyValuePair<string, string>[] Headers { get; }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>The provider's address for a path and query of the data plane.</summary>
    public Uri Address(string path, string query)
    {
        if (query.Length > 0)
        {
            return Make(path, query);
        }

        // Nearly every call goes to one of a handful of paths.
        if (_addresses.TryGetValue(path, out var address))
        {
            return address;
        }

        address = Make(path, query);
        if (_addresses.Count < AddressesMax)
        {
            _addresses[path] = address;
        }

        return address;
    }

    /// <summary>Puts a credential into a request; the body is part of what AWS signs.</summary>
    public void Authorize(HttpRequestMessage request, ReadOnlySpan<byte> body, string credential, DateTimeOffset now)
    {
        if (Dialect is not null)
        {
            Dialect.Authorize(request, body, credential, now);
        }
        else if (_auth == "bearer")
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + credential);
        }
        else
        {
            request.Headers.TryAddWithoutValidation(_auth, credential);
        }
    }

    // A variable that is not set is no key; a provider may have others.
    private Secret? SecretOf(string name, ProviderConfig config, string source, IDictionary environment, TimeProvider clock)
    {
        if (SecretSource.CommandOf(source) is { } command)
        {
            return new CommandSecret(
                command,
                TimeSpan.FromSeconds(config.CredentialSeconds),
                TimeSpan.FromSeconds(config.CredentialTimeoutSeconds),
                clock);
        }

        var text = SecretSource.Read(source, environment);
        if (config.Dialect == "vertex" && ServiceAccountSecret.IsKeyFile(text))
        {
            try
            {
                return new ServiceAccountSecret(text, Invoker, clock);
            }
            catch (CredentialException fault)
            {
                throw new ConfigException([$"providers.{name}.apiKey: {fault.Message}"]);
            }
        }

        return text.Length > 0 ? new FixedSecret(text) : null;
    }

    private Uri Make(string path, string query)
    {
        // People write the base with and without the version; both mean the same.
        var basePath = _basePath;
        var slash = basePath.LastIndexOf('/');
        if (slash >= 0 && path.AsSpan().StartsWith(basePath.AsSpan(slash)) && path.Length > basePath.Length - slash
            && path[basePath.Length - slash] == '/')
        {
            basePath = basePath[..slash];
        }

        return new Uri(string.Concat(_origin, basePath, path, query), new UriCreationOptions
        {
            // The path is passed on as the client wrote it; normalising could change an encoded model name.
            DangerousDisablePathAndQueryCanonicalization = true,
        });
    }

    public void Dispose() => Invoker.Dispose();

    // A proxy must not interpret what it carries: no redirects, cookies, decompression or ambient proxy.
    private static SocketsHttpHandler Handler(TimeoutsConfig timeouts) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(timeouts.ConnectSeconds),
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        MaxConnectionsPerServer = int.MaxValue,
        EnableMultipleHttp2Connections = true,
        MaxResponseHeadersLength = 128, // KiB
    };
}
