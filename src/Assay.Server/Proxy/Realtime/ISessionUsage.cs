using Assay.Ledger.Usage;

namespace Assay.Server.Proxy.Realtime;

/// <summary>Reads what a WebSocket session uses from the provider's messages.</summary>
internal interface ISessionUsage
{
    /// <summary>What all answers so far have used.</summary>
    UsageCounts Counts { get; }

    /// <summary>What the next answer may use: what must be held besides.</summary>
    UsageCounts Next { get; }

    /// <summary>Whether an answer had begun and did not tell its usage.</summary>
    bool IsOpen { get; }

    /// <summary>Whether binary messages are JSON too.</summary>
    bool ReadsBinary { get; }

    /// <summary>Takes a whole message of the provider. True if it told usage.</summary>
    bool Observe(ReadOnlySpan<byte> message);
}
