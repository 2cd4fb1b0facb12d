using Assay.Ledger.Usage;

namespace Assay.Server.Proxy;

/// <summary>
/// Ends an answer that has begun and cannot be completed. Thrown out of the request, it makes the server close the
/// connection after what was written, without the mark of a complete answer. (Aborting would reset the connection, and
/// a reset takes back bytes that the client has not read yet.)
/// </summary>
internal sealed class AnswerBrokenException(CallOutcome outcome)
    : Exception($"The answer was broken off: {outcome}.");
