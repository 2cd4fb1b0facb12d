using Assay.Sim.Tally;

namespace Assay.Sim.Providers;

/// <summary>One event of a stream, with what had been generated when it was sent.</summary>
/// <param name="Bytes">The event as on the wire.</param>
/// <param name="Output">Visible output tokens so far.</param>
/// <param name="Reasoning">Reasoning tokens so far.</param>
/// <param name="IsContent">Whether it carries content, rather than the frame around it.</param>
/// <param name="TellsUsage">Whether it tells the final usage.</param>
internal readonly record struct Frame(
    ReadOnlyMemory<byte> Bytes, long Output, long Reasoning, bool IsContent = false, bool TellsUsage = false);

/// <summary>What is to be sent, before faults.</summary>
internal sealed record Answer
{
    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The events, if this is a stream.</summary>
    public IEnumerable<Frame>? Frames { get; init; }

    /// <summary>The event that tells an error in mid-stream.</summary>
    public ReadOnlyMemory<byte> ErrorFrame { get; init; }

    public SimUsage Usage { get; init; }

    public string ServiceTier { get; init; } = "";

    /// <summary>Whether the body tells the usage.</summary>
    public bool BodyTellsUsage { get; init; }

    /// <summary>Content events, to find the middle.</summary>
    public int ContentEvents { get; init; }

    /// <summary>Whether anything is billed.</summary>
    public bool Billable { get; init; }
}
