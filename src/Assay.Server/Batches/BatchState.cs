using System.Text.Json;
using Assay.Server.Formats;

namespace Assay.Server.Batches;

/// <summary>How a job stands at its provider.</summary>
/// <param name="IsDone">Whether it has come to its end: nothing more will be billed.</param>
/// <param name="Results">The paths of the files with its results; empty if it has none.</param>
internal sealed record BatchState(bool IsDone, IReadOnlyList<string> Results)
{
    /// <summary>Reads the provider's answer about a job.</summary>
    /// <param name="jobPath">The path that was asked, as in <c>/v1/batches/batch_1</c>.</param>
    /// <exception cref="InvalidDataException">It is none that a provider would give.</exception>
    public static BatchState Read(ReadOnlyMemory<byte> json, string jobPath, WireFormat format)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return format == WireFormat.Anthropic
                ? Anthropic(document.RootElement, jobPath)
                : OpenAI(document.RootElement, jobPath);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException("The provider's answer about a batch job has no state that is known.", fault);
        }
    }

    // The results' address is the job's with /results behind it; the one in the answer leads around this gateway.
    private static BatchState Anthropic(JsonElement job, string jobPath) =>
        job.GetProperty("processing_status").GetString() == "ended"
            ? new BatchState(true, [jobPath + "/results"])
            : new BatchState(false, []);

    private static BatchState OpenAI(JsonElement job, string jobPath)
    {
        var isDone = job.GetProperty("status").GetString() is "completed" or "failed" or "expired" or "cancelled";
        var root = jobPath[..jobPath.LastIndexOf("/batches/", StringComparison.Ordinal)];
        return job.TryGetProperty("output_file_id", out var file) && file.GetString() is { Length: > 0 } id
            ? new BatchState(isDone, [$"{root}/files/{Uri.EscapeDataString(id)}/content"])
            : new BatchState(isDone, []);
    }
}
