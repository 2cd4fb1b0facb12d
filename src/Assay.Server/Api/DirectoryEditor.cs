using System.Data.Common;
using Assay.Server.Directory;
using Assay.Server.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Server.Api;

/// <summary>
/// Changes the directory on behalf of the API: one at a time on this node, decided on the newest directory, and seen by
/// the very next request here. The store has the last word when two nodes change the same thing.
/// </summary>
internal sealed class DirectoryEditor(IDirectoryStore store, DirectorySnapshots snapshots) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>
    /// Asks <paramref name="decide"/> what to do with the newest directory and does it. The result is made from the
    /// directory after the change.
    /// </summary>
    public async Task<IResult> ChangeAsync(
        Caller caller,
        Func<DirectorySnapshot, Decision> decide,
        CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            await snapshots.RefreshAsync(ct);
            var decision = decide(snapshots.Current);
            if (decision.Changes.Count > 0)
            {
                await store.ChangeAsync(decision.Changes, caller.Viewer.PersonId, ct);
                await snapshots.RefreshAsync(ct);
            }

            return decision.Answer(snapshots.Current);
        }
        catch (DirectoryConflictException conflict)
        {
            return Problems.Conflict("This contradicts the directory.", conflict.Message);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _writing.Dispose();
}

/// <summary>What an endpoint decided to do and to answer.</summary>
internal sealed record Decision(IReadOnlyList<DirectoryChange> Changes, Func<DirectorySnapshot, IResult> Answer)
{
    public static Decision Refuse(ProblemHttpResult problem) => new([], _ => problem);

    public static Decision Refuse(InputFaults faults) => Refuse(Problems.Invalid(faults));

    public static Decision Unchanged(Func<DirectorySnapshot, IResult> answer) => new([], answer);

    public static Decision Make(DirectoryChange change, Func<DirectorySnapshot, IResult> answer) => new([change], answer);
}

/// <summary>A store that is down is not the caller's fault, and must not look like a crash of ours.</summary>
internal sealed class StoreFaultFilter(ILogger<StoreFaultFilter> log) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception fault) when (fault is DbException or IOException or TimeoutException
            && !context.HttpContext.RequestAborted.IsCancellationRequested)
        {
            log.LogWarning(fault, "The store failed while answering {Path}.", context.HttpContext.Request.Path);
            return Problems.StoreDown();
        }
    }
}
