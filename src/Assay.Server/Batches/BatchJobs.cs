using System.Collections.Concurrent;
using Assay.Server.Metering;

namespace Assay.Server.Batches;

/// <summary>
/// The batch jobs that this node has reserved for and not settled. Those of an earlier process come from the journal.
/// Thread-safe.
/// </summary>
internal sealed class BatchJobs
{
    private readonly ConcurrentDictionary<string, BatchJob> _open = new(StringComparer.Ordinal);

    public BatchJobs(LedgerHost ledger)
    {
        foreach (var job in ledger.JobsAtStart.GroupBy(each => (each.Entry.Call.Provider, each.Job!.JobId)))
        {
            Add(new BatchJob(
                job.Key.Provider,
                job.Key.JobId,
                job.First().Job!.Models,
                [.. job.Select(part => new BatchPart(
                    part.Entry.Call with { Cost = part.Amount, Reserved = part.Amount }, [.. part.Entry.Accounts], part.Tokens))]));
        }
    }

    public IReadOnlyCollection<BatchJob> Open => [.. _open.Values];

    public int Count => _open.Count;

    public void Add(BatchJob job) => _open[job.Key] = job;

    public void Remove(BatchJob job) => _open.TryRemove(job.Key, out _);
}
