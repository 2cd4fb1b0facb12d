using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.Server.Proxy.Realtime;

/// <summary>The server's side of a WebSocket's beginning (RFC 6455), without the middleware that every other call would pass.</summary>
internal static class Handshake
{
    private const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static bool IsAsked(HttpContext http) =>
        http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && http.Request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
        && http.Request.Headers.SecWebSocketKey.Count == 1;

    /// <summary>The subprotocol that is spoken; the others that clients send carry their key.</summary>
    public static string? Protocol(HttpContext http) => http.Request.Headers.SecWebSocketProtocol.ToString()
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .FirstOrDefault(name => name == "realtime");

    public static async Task<WebSocket> AcceptAsync(HttpContext http, TimeSpan keepAlive)
    {
        var key = http.Request.Headers.SecWebSocketKey.ToString();
#pragma warning disable CA5350, CA1850 // RFC 6455 wants SHA-1; it protects nothing here.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));
#pragma warning restore CA5350, CA1850
        var headers = http.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers["Sec-WebSocket-Accept"] = accept;
        var protocol = Protocol(http);
        if (protocol is not null)
        {
            headers.SecWebSocketProtocol = protocol;
        }

        var stream = await http.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
        return WebSocket.CreateFromStream(
            stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = protocol, KeepAliveInterval = keepAlive });
    }
}
