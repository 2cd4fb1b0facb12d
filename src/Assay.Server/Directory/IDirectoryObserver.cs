namespace Assay.Server.Directory;

/// <summary>Takes in a new version of the directory before anybody else works with it.</summary>
internal interface IDirectoryObserver
{
    Task PrepareAsync(DirectorySnapshot directory, CancellationToken ct);
}
