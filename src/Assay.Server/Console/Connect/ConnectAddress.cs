using Microsoft.Extensions.Options;

namespace Assay.Server.Console.Connect;

/// <summary>The address that tools are to be pointed at.</summary>
internal sealed class ConnectAddress(IOptions<ConsoleOptions> options)
{
    public string Of(HttpRequest request) => options.Value.PublicUrl is { Length: > 0 } configured
        ? configured.TrimEnd('/')
        : $"{request.Scheme}://{request.Host}";
}
