using Assay.Ledger.Money;

namespace Assay.Ledger.Usage;

/// <summary>How a reservation was resolved. The numeric values are part of the journal format.</summary>
public enum Resolution : byte
{
    /// <summary>The cost is known or estimated from what was seen, and was charged.</summary>
    Posted = 0,

    /// <summary>Nothing can have been billed; the reservation was released.</summary>
    Voided = 1,

    /// <summary>The process died before the call ended; the estimate was charged, since it may have been billed.</summary>
    Expired = 2,
}

/// <summary>How the call ended, and on whose side. The numeric values are part of the journal format.</summary>
public enum CallOutcome : byte
{
    /// <summary>The provider answered with success and the client received every byte.</summary>
    Completed = 0,

    /// <summary>The provider answered with an error status, which the client received.</summary>
    ProviderError = 1,

    /// <summary>The client left before the answer was complete.</summary>
    ClientGone = 2,

    /// <summary>The provider broke off its answer.</summary>
    ProviderBroke = 3,

    /// <summary>No byte came from the provider within the idle or first-byte timeout.</summary>
    ProviderSilent = 4,

    /// <summary>No connection to the provider could be made; nothing was sent.</summary>
    NotConnected = 5,

    /// <summary>This process died during the call.</summary>
    ProcessDied = 6,

    /// <summary>The call was cut because this node was stopping.</summary>
    ShutDown = 7,

    /// <summary>The answer outgrew what was reserved for it, and a budget had nothing left: the gateway ended it.</summary>
    BudgetExhausted = 8,
}

/// <summary>Marks on a usage event. The numeric values are part of the journal format.</summary>
[Flags]
public enum UsageMarks : ushort
{
    /// <summary>Exact and priced.</summary>
    None = 0,

    /// <summary>At least one count is an estimate.</summary>
    Estimated = 1,

    /// <summary>The price book has no price for a class that was used; the cost covers only what is priced.</summary>
    Unpriced = 2,

    /// <summary>No usage could be read or estimated for the answer.</summary>
    Unmetered = 4,

    /// <summary>The cost went beyond the reservation.</summary>
    Overage = 8,

    /// <summary>The answer was streamed.</summary>
    Streamed = 16,

    /// <summary>A conservative fallback price was charged by policy because the true price is unknown.</summary>
    FallbackPrice = 32,

    /// <summary>A batch job: all its requests to one model, held when it was submitted and settled from its results.</summary>
    Batch = 64,
}

/// <summary>
/// The facts of one attempt at one provider, as journaled and stored: who, for what, where, how much, how it ended.
/// It carries no content, no key and no header value. Strings that are unknown are empty, never null.
/// </summary>
public sealed record UsageEvent
{
    /// <summary>Identity of this attempt, and of its reservation (UUIDv7).</summary>
    public required Guid Id { get; init; }

    /// <summary>Identity of the client's call, as told in <c>x-assay-request-id</c>; several attempts share it.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>When the call was accepted, in Unix milliseconds.</summary>
    public required long StartedAtMs { get; init; }

    /// <summary>From accepting the call to its end, in milliseconds.</summary>
    public int DurationMs { get; init; }

    /// <summary>From accepting the call to the provider's first byte, in milliseconds; -1 if none came.</summary>
    public int FirstByteMs { get; init; } = -1;

    /// <summary>The key's id (not its secret).</summary>
    public string KeyId { get; init; } = "";

    /// <summary>The accountable person's id.</summary>
    public string PersonId { get; init; } = "";

    /// <summary>The agent's id, when an agent's key was used.</summary>
    public string AgentId { get; init; } = "";

    /// <summary>The team's id at the time of the call.</summary>
    public string TeamId { get; init; } = "";

    /// <summary>What the spend is for.</summary>
    public string UseCase { get; init; } = "";

    /// <summary>The agent conversation, from client metadata.</summary>
    public string Session { get; init; } = "";

    /// <summary>The ticket, branch or pull request that the call serves.</summary>
    public string WorkRef { get; init; } = "";

    /// <summary>The client program, from its user agent, as in <c>claude-code</c>.</summary>
    public string Client { get; init; } = "";

    /// <summary>The wire format and operation, as in <c>openai/chat.completions</c>.</summary>
    public string Operation { get; init; } = "";

    /// <summary>The model name that the client asked for.</summary>
    public string RequestedModel { get; init; } = "";

    /// <summary>The provider's configured name.</summary>
    public string Provider { get; init; } = "";

    /// <summary>The model name that the provider was asked for; it decides the price.</summary>
    public string Model { get; init; } = "";

    /// <summary>The provider's service tier, as in <c>priority</c>, <c>flex</c> or <c>batch</c>; empty for the standard.</summary>
    public string ServiceTier { get; init; } = "";

    /// <summary>The HTTP status that the provider answered; 0 if none.</summary>
    public int Status { get; init; }

    /// <summary>How the reservation was resolved.</summary>
    public Resolution Resolution { get; init; }

    /// <summary>How the call ended.</summary>
    public CallOutcome Outcome { get; init; }

    /// <summary>Marks.</summary>
    public UsageMarks Marks { get; init; }

    /// <summary>What was used.</summary>
    public UsageCounts Counts { get; init; }

    /// <summary>What it cost.</summary>
    public NanoUsd Cost { get; init; }

    /// <summary>What was reserved before the call was sent.</summary>
    public NanoUsd Reserved { get; init; }

    /// <summary>The price book's version that the cost was computed with.</summary>
    public string PriceVersion { get; init; } = "";

    /// <summary>The experiment that decided where the call went, and its arm, as in <c>larger-model/treatment</c>; empty for none.</summary>
    public string Arm { get; init; } = "";

    /// <summary>What the cost went beyond the reservation; zero if it did not.</summary>
    public NanoUsd Overage => Cost > Reserved ? Cost - Reserved : NanoUsd.Zero;
}
