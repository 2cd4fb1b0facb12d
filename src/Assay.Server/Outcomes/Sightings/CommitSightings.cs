using System.Threading.Channels;
using Assay.Server.Store;

namespace Assay.Server.Outcomes.Sightings;

/// <summary>
/// Keeps on which commits sessions were seen, as their calls tell it: that locates their spend. A call never waits for it, and
/// what finds no room is told again by the session's next call.
/// </summary>
internal sealed partial class CommitSightings(IOutcomeStore store, ILogger<CommitSightings> log) : BackgroundService
{
    private const int WaitingMax = 1024;
    private const int KnownMax = 50_000;
    private const int AtOnceMax = 200;

    private readonly Channel<(string Session, string PersonId, string Metadata, long AtMs)> _waiting =
        Channel.CreateBounded<(string, string, string, long)>(new BoundedChannelOptions(WaitingMax) { SingleReader = true });

    private readonly HashSet<(string Session, string Repo, string Sha)> _known = [];

    /// <summary>Looks at a call's headers; most calls have no such header.</summary>
    public void See(IHeaderDictionary headers, string session, string personId, long atMs)
    {
        if (session.Length > 0 && headers.TryGetValue(CommitSighting.CodexHeader, out var values) && values is [{ Length: > 0 } metadata, ..])
        {
            _waiting.Writer.TryWrite((session, personId, metadata, atMs));
        }
    }

    /// <summary>Keeps what waits now.</summary>
    internal async Task KeepAsync(CancellationToken ct)
    {
        var fresh = new List<CommitSighting>();
        while (fresh.Count < AtOnceMax && _waiting.Reader.TryRead(out var told))
        {
            foreach (var (repo, sha) in CommitSighting.Read(told.Metadata))
            {
                if (_known.Add((told.Session, repo, sha)))
                {
                    fresh.Add(new CommitSighting(told.Session, told.PersonId, repo, sha, told.AtMs));
                }
            }
        }

        if (fresh.Count > 0)
        {
            await store.ApplyAsync(
                new OutcomeBatch { Anchors = [.. fresh.Select(s => new Anchor(s.Session, s.Repo, s.Sha, s.AtMs, s.PersonId, "header", null))] }, ct);
        }

        if (_known.Count > KnownMax)
        {
            // What is told once more is there already.
            _known.Clear();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
        {
            try
            {
                await KeepAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // The store is down: sessions say it again with their next call.
                _known.Clear();
                Failed(log, fault);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Commits that sessions were seen on could not be kept")]
    private static partial void Failed(ILogger log, Exception fault);
}
