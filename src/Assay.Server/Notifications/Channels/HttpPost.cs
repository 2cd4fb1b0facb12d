using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Assay.Server.Notifications.Channels;

/// <summary>
/// Posts JSON to receivers outside. Redirects are not followed, proxies and cookies not used, and answers not read:
/// only the status counts.
/// </summary>
internal sealed class HttpPost : IDisposable
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");

    private readonly PersonalHosts _hosts;
    private readonly HttpMessageInvoker _company = new(NewHandler());
    private readonly HttpMessageInvoker _personal;
    private readonly TimeProvider _clock;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    /// <param name="resolve">Where names lead, for tests; the system's resolver if absent.</param>
    public HttpPost(
        PersonalHosts hosts, TimeProvider clock, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _hosts = hosts;
        _clock = clock;
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
        var guarded = NewHandler();
        guarded.ConnectCallback = ConnectAsync;
        _personal = new HttpMessageInvoker(guarded);
    }

    public async Task<SendResult> SendAsync(
        Destination to, byte[] body, IReadOnlyList<(string Name, string Value)> headers, CancellationToken ct)
    {
        // The list of hosts may have become shorter since the address was saved.
        if (to.IsPersonal && _hosts.FaultIn(to.Address) is { } fault)
        {
            return new SendResult.Refused("the address " + fault);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, to.Address)
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = s_json;
        request.Headers.UserAgent.ParseAdd("Assay");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var response = await (to.IsPersonal ? _personal : _company).SendAsync(request, ct);
            return Judge(response);
        }
        catch (HttpRequestException broken) when (broken.InnerException is InwardAddressException)
        {
            return new SendResult.Refused("the host's name leads to an address within");
        }
        catch (HttpRequestException broken)
        {
            // The exception's own text may hold the address.
            return new SendResult.Failed(broken.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "the host's name cannot be resolved",
                HttpRequestError.ConnectionError => "the host cannot be reached",
                HttpRequestError.SecureConnectionError => "no secure connection: the host's certificate is not trusted",
                _ => $"the connection failed ({broken.HttpRequestError})",
            });
        }
        catch (IOException)
        {
            return new SendResult.Failed("the host cannot be reached");
        }
    }

    public void Dispose()
    {
        _company.Dispose();
        _personal.Dispose();
    }

    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 16,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseDrainSize = 64 * 1024,
    };

    private SendResult Judge(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        return status switch
        {
            >= 200 and < 300 => new SendResult.Sent(),
            >= 300 and < 400 => new SendResult.Failed($"HTTP {status}: redirects are not followed"),

            // Standard Webhooks: the receiver wants nothing any more.
            (int)HttpStatusCode.Gone => new SendResult.Refused("HTTP 410: the receiver is gone"),
            _ => new SendResult.Failed($"HTTP {status}", RetryAfterOf(response)),
        };
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _clock.GetUtcNow(),
        _ => null,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = await _resolve(host, ct);
        var allowed = Array.FindAll(addresses, address => _hosts.Allows(host, address));
        if (allowed.Length == 0)
        {
            throw new InwardAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class InwardAddressException : Exception;
}
