using System.Text.Json;
using Assay.Server.Api;
using Assay.Server.Judgments;
using Assay.Server.Store;
using Microsoft.AspNetCore.Http.Features;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Assay.Server.Mcp;

/// <summary>
/// <c>/mcp</c>: streamable HTTP without sessions, so that any node answers any call. Only keys count, never a console session,
/// and a page of another origin is refused: otherwise a web site could speak with the voice of who looks at it.
/// </summary>
internal static class McpEndpoint
{
    public const string Path = "/mcp";
    private const int BodyBytesMax = 256 * 1024;

    public static void MapAssayMcp(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, PostAsync).ExcludeFromDescription().RequireAuthorization(policy => policy
            .AddAuthenticationSchemes(Policies.KeyScheme)
            .AddRequirements(new RoleRequirement(Enum.GetValues<Assay.Server.Directory.Role>())));

        // Without sessions there is nothing to listen to and nothing to end.
        routes.MapMethods(Path, [HttpMethods.Get, HttpMethods.Delete], () => Results.StatusCode(StatusCodes.Status405MethodNotAllowed))
            .ExcludeFromDescription();
    }

    private static async Task PostAsync(HttpContext context)
    {
        var ct = context.RequestAborted;
        if (!IsOwnOrigin(context.Request))
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "Pages of another origin may not call this.");
            return;
        }

        if (!Accepts(context.Request, "application/json") || !Accepts(context.Request, "text/event-stream"))
        {
            await RefuseAsync(context, StatusCodes.Status406NotAcceptable, "Accept both application/json and text/event-stream.");
            return;
        }

        if (await ReadAsync(context, ct) is not { } message)
        {
            return;
        }

        var caller = context.Features.Get<Caller>()!;
        var log = new ServerLog(
            caller,
            context.RequestServices.GetRequiredService<JudgmentLibrary>(),
            context.RequestServices.GetRequiredService<IStore>(),
            context.RequestServices.GetRequiredService<TimeProvider>());
        await using var transport = new StreamableHttpServerTransport { Stateless = true };
        await using var server = McpServer.Create(transport, JudgmentMcp.Options(log));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = server.RunAsync(ending.Token);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (!await transport.HandlePostRequestAsync(message, context.Response.Body, ct) && !context.Response.HasStarted)
        {
            context.Response.ContentType = null;
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }

        await ending.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // It was told to end.
        }
    }

    private static async Task<JsonRpcMessage?> ReadAsync(HttpContext context, CancellationToken ct)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = BodyBytesMax;
        }

        try
        {
            var message = await JsonSerializer.DeserializeAsync<JsonRpcMessage>(context.Request.Body, McpJsonUtilities.DefaultOptions, ct);
            if (message is not null)
            {
                message.Context = new JsonRpcMessageContext
                {
                    User = context.User,
                    ProtocolVersion = context.Request.Headers["MCP-Protocol-Version"] is [{ Length: > 0 and < 32 } version] ? version : null,
                };
                return message;
            }
        }
        catch (Exception broken) when (broken is JsonException or NotSupportedException)
        {
            // Said below.
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, $"A call takes at most {BodyBytesMax} bytes.");
            return null;
        }

        await RefuseAsync(context, StatusCodes.Status400BadRequest, "The body is no JSON-RPC message.");
        return null;
    }

    private static bool IsOwnOrigin(HttpRequest request) => request.Headers.Origin.Count == 0
        || (Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
            && string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase));

    private static bool Accepts(HttpRequest request, string type) => request.GetTypedHeaders().Accept.Any(a =>
        a.MatchesMediaType(type));

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            (JsonRpcMessage)new JsonRpcError { Id = default, Error = new JsonRpcErrorDetail { Code = -32000, Message = why } },
            McpJsonUtilities.DefaultOptions,
            context.RequestAborted);
    }
}
