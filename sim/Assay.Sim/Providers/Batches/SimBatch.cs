using Assay.Sim.Tally;

namespace Assay.Sim.Providers.Batches;

/// <summary>A batch job: its results are ready from the second look at it on.</summary>
internal sealed class SimBatch
{
    private int _looks;

    public required string Id { get; init; }

    public required string InputFile { get; init; }

    public required string Endpoint { get; init; }

    public required long CreatedAt { get; init; }

    /// <summary>The result file.</summary>
    public required byte[] Results { get; init; }

    /// <summary>What it used, a call for each request.</summary>
    public required IReadOnlyList<SimCall> Calls { get; init; }

    public string OutputFile => "file-out-" + Id;

    public bool IsDone => Volatile.Read(ref _looks) > 1;

    /// <summary>Somebody looks; true if that is the look at which it is done.</summary>
    public bool Look() => Interlocked.Increment(ref _looks) == 2;
}
