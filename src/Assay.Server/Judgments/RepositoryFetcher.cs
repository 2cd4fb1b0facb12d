using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Assay.Judgments.Git;
using Assay.Server.Hosting;
using Assay.Server.Store;

namespace Assay.Server.Judgments;

/// <summary>
/// Keeps a bare mirror of each repository that the configuration names a source for, and takes in its default branch: once
/// at the start, and whenever a webhook says that something was pushed.
/// </summary>
internal sealed partial class RepositoryFetcher(
    AssayConfig config, IStore store, TimeProvider clock, ILogger<RepositoryFetcher> log) : BackgroundService
{
    private readonly Channel<string> _asked = Channel.CreateBounded<string>(
        new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private string Folder => Path.Combine(AssayParts.DataDirectoryOf(config), "repositories");

    /// <summary>Asks for a fetch. Asking again before it began is the same as asking once.</summary>
    public bool Ask(string repository) =>
        config.Judgments.Repositories.TryGetValue(repository, out var source) && source.FetchFrom.Length > 0 && _asked.Writer.TryWrite(repository);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var (name, repository) in config.Judgments.Repositories)
        {
            try
            {
                await store.Judgments.PutRepositoryAsync(
                    JudgmentRepository.New(name, repository.Branch, repository.Team, [.. repository.Pushers]), "config", stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                NotRegistered(log, fault, name);
            }

            Ask(name);
        }

        await foreach (var first in _asked.Reader.ReadAllAsync(stoppingToken))
        {
            var names = new HashSet<string>(StringComparer.Ordinal) { first };
            while (_asked.Reader.TryRead(out var more))
            {
                names.Add(more);
            }

            foreach (var name in names)
            {
                await TryTakeInAsync(name, stoppingToken);
            }
        }
    }

    private async Task TryTakeInAsync(string name, CancellationToken stopping)
    {
        try
        {
            await TakeInAsync(name, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception fault)
        {
            // Whatever git or the store says: the next webhook tries again, and a page says how old the last push is.
            NotFetched(log, fault, name);
        }
    }

    internal async Task TakeInAsync(string name, CancellationToken ct)
    {
        var source = config.Judgments.Repositories[name];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = clock.CreateTimer(_ => limit.Cancel(), null, TimeSpan.FromSeconds(config.Judgments.FetchSecondsMax), Timeout.InfiniteTimeSpan);
        var mirror = Path.Combine(Folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16] + ".git");
        System.IO.Directory.CreateDirectory(mirror);
        var git = new GitProgram(mirror);
        if (!File.Exists(Path.Combine(mirror, "HEAD")))
        {
            await git.RunAsync(["init", "--bare", "--quiet"], null, limit.Token);
        }

        await git.RunAsync(
            ["-c", "protocol.ext.allow=never", "fetch", "--quiet", "--no-tags", "--", source.FetchFrom, $"+refs/heads/{source.Branch}:refs/heads/{source.Branch}"],
            null,
            limit.Token);
        var cache = HistoryKey.Take(Path.Combine(Folder, "history.key")) is { } key ? new HistoryCache(Path.Combine(mirror, "assay"), key) : null;
        var snapshot = await SnapshotReader.ReadAsync(git, "refs/heads/" + source.Branch, cache, limit.Token);
        var lines = await store.Judgments.ApplyAsync(name, snapshot, "fetch", ct);
        foreach (var line in (lines ?? []).Where(l => l.Kind != Assay.Judgments.Seals.WitnessKind.Sealed))
        {
            SealBroken(log, name, line.Kind, line.Id);
        }
    }

    [LoggerMessage(EventId = 700, Level = LogLevel.Error, Message = "The repository {Name} of the configuration could not be registered.")]
    private static partial void NotRegistered(ILogger log, Exception fault, string name);

    [LoggerMessage(EventId = 701, Level = LogLevel.Error, Message = "The repository {Name} could not be taken in; the next webhook tries again.")]
    private static partial void NotFetched(ILogger log, Exception fault, string name);

    [LoggerMessage(EventId = 702, Level = LogLevel.Warning, Message = "The witness saw the seal of entry {Id} of {Name} {Kind}.")]
    private static partial void SealBroken(ILogger log, string name, Assay.Judgments.Seals.WitnessKind kind, Guid id);
}
