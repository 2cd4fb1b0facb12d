using Assay.Server.Directory;

namespace Assay.Server.Api;

/// <summary>Who calls an endpoint, with the snapshot and the rules that the whole call is answered by.</summary>
internal sealed class Caller(Viewer viewer, DirectorySnapshot directory)
{
    public Viewer Viewer { get; } = viewer;

    public DirectorySnapshot Directory { get; } = directory;

    public AccessRules Rules { get; } = new(directory, viewer);

    /// <summary>Called by the framework for each parameter of this type.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(
        context.Features.Get<Caller>()
        ?? throw new InvalidOperationException("This endpoint has no policy from Policies.cs, so nobody is its caller."));
}
