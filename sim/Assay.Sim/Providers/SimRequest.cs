using System.Text.Json;
using Assay.Sim.Script;
using Assay.Sim.Tally;
using Microsoft.AspNetCore.Http;

namespace Assay.Sim.Providers;

/// <summary>One call as the simulator has read it.</summary>
internal sealed record SimRequest
{
    public required HttpContext Http { get; init; }

    public required long Ordinal { get; init; }

    public required Random Ids { get; init; }

    public required SimFormat Format { get; init; }

    public required string Operation { get; init; }

    /// <summary>As asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Without instructions.</summary>
    public required string BaseModel { get; init; }

    public required bool Streamed { get; init; }

    public required JsonElement Body { get; init; }

    public required SimInstructions Instructions { get; init; }

    /// <summary>Fingerprint scope of the prompt cache.</summary>
    public required string CacheScope { get; init; }

    public required long Now { get; init; }
}
