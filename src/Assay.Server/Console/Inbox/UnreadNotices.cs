using Assay.Server.Api;
using Assay.Server.Store;

namespace Assay.Server.Console.Inbox;

/// <summary>How many notices the reader of a page has not read.</summary>
internal sealed record UnreadNotices(int Count);

/// <summary>Counts them for the frame of every page. A page is shown without the count rather than not at all.</summary>
internal sealed partial class UnreadFilter(INotificationStore store, TimeProvider clock, ILogger<UnreadFilter> log)
    : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Features.Get<Caller>() is { } caller)
        {
            try
            {
                http.Features.Set(new UnreadNotices(await store.CountUnreadAsync(
                    caller.Viewer.PersonId,
                    NotificationsEndpoints.UnreadMax,
                    clock.GetUtcNow().ToUnixTimeMilliseconds(),
                    http.RequestAborted)));
            }
            catch (Exception fault) when (!http.RequestAborted.IsCancellationRequested)
            {
                LogNotCounted(log, fault.GetType().Name);
            }
        }

        return await next(context);
    }

    [LoggerMessage(LogLevel.Debug, "Unread notices could not be counted: {Fault}.")]
    private static partial void LogNotCounted(ILogger log, string fault);
}
