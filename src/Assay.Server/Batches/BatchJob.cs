using Assay.Ledger.Usage;

namespace Assay.Server.Batches;

/// <summary>One reservation of a batch job that waits for the job's results.</summary>
/// <param name="Reserved">What was reserved with; its cost is what is held.</param>
/// <param name="Accounts">The accounts it is held on.</param>
/// <param name="HeldTokens">How many tokens are held on each.</param>
internal sealed record BatchPart(UsageEvent Reserved, string[] Accounts, long HeldTokens);

/// <summary>A job at a provider that this node has reserved for, and settles when it is done.</summary>
/// <param name="Provider">The provider's name here.</param>
/// <param name="Path">The job's path at the provider, as in <c>/v1/batches/batch_1</c>.</param>
/// <param name="Models">All models of the job, also those whose part is settled already.</param>
/// <param name="Parts">What is still held.</param>
internal sealed record BatchJob(string Provider, string Path, IReadOnlyList<string> Models, IReadOnlyList<BatchPart> Parts)
{
    public long SubmittedAtMs => Parts[0].Reserved.StartedAtMs;

    public string Key => $"{Provider} {Path}";
}
