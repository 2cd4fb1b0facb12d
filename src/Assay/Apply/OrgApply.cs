using System.Text;
using Assay.Server.Directory;
using Assay.Server.Store;

namespace Assay.Apply;

/// <summary>What the caller asked for.</summary>
internal sealed record ApplyOptions(string Path, bool DryRun, bool Prune);

/// <summary>Brings the directory to what a file says: reads, plans, tells, changes in one transaction, tells secrets.</summary>
internal sealed class OrgApply(
    IDirectoryStore store, IJudgmentStore judgments, TimeProvider clock, TextWriter output, TextWriter errors)
{
    public const int Done = 0;
    public const int Refused = 1;

    /// <summary>The exit code.</summary>
    public async Task<int> RunAsync(ApplyOptions options, CancellationToken ct)
    {
        if (Read(options.Path) is not { } file)
        {
            return Refused;
        }

        var directory = new DirectorySnapshot(await store.LoadAsync(ct));
        var plan = OrgPlan.Make(file, directory, await judgments.RepositoriesAsync(ct), options.Prune, clock);
        if (plan.Faults.Count > 0)
        {
            Tell(options.Path, plan.Faults);
            return Refused;
        }

        foreach (var line in plan.Lines)
        {
            output.WriteLine(line);
        }

        if (plan.IsEmpty)
        {
            output.WriteLine("No changes: the directory is as the file says.");
            return Done;
        }

        output.WriteLine(Summary(plan));
        if (options.DryRun)
        {
            output.WriteLine("This was a dry run: nothing was changed.");
            return Done;
        }

        return await ChangeAsync(plan, ct);
    }

    private async Task<int> ChangeAsync(OrgPlan plan, CancellationToken ct)
    {
        var actor = $"apply by {Environment.UserName}";
        var version = "";
        try
        {
            if (plan.Changes.Count > 0)
            {
                version = $" The directory is at version {await store.ChangeAsync(plan.Changes, actor, ct)}.";
            }
        }
        catch (DirectoryConflictException conflict)
        {
            errors.WriteLine($"The directory was changed meanwhile, and nothing was applied: {conflict.Message} Run it again.");
            return Refused;
        }

        foreach (var repository in plan.Repositories)
        {
            await judgments.PutRepositoryAsync(repository, actor, ct);
        }

        output.WriteLine("Applied." + version);
        if (plan.Secrets.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("New keys. Each secret is shown now and never again:");
            foreach (var secret in plan.Secrets)
            {
                output.WriteLine($"  {secret.Secret}  {secret.Owner}  {secret.Name}");
            }
        }

        return Done;
    }

    private OrgFile? Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > OrgFileReader.BytesMax)
            {
                errors.WriteLine($"{path} is larger than {OrgFileReader.BytesMax} bytes: split it into several files.");
                return null;
            }

            using var text = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            var (file, faults) = OrgFileReader.Read(text);
            Tell(path, faults);
            return file;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            errors.WriteLine($"{path} cannot be read: {fault.Message}");
            return null;
        }
    }

    private void Tell(string path, IReadOnlyList<OrgFault> faults)
    {
        foreach (var fault in faults)
        {
            errors.WriteLine($"{path}:{fault.At}: {fault.Message}");
        }

        if (faults.Count > 0)
        {
            errors.WriteLine(faults.Count == 1 ? "1 fault; nothing was changed." : $"{faults.Count} faults; nothing was changed.");
        }
    }

    private static string Summary(OrgPlan plan)
    {
        int Count(char mark) => plan.Lines.Count(l => l.Mark == mark);
        return $"{Count('+')} to create, {Count('~')} to change, {Count('-')} to remove.";
    }
}
