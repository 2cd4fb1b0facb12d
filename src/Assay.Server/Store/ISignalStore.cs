using Assay.Server.Signals;

namespace Assay.Server.Store;

/// <summary>What was unusual and what was said about it. Every answer leaves a row in the audit.</summary>
internal interface ISignalStore
{
    /// <summary>Adds a signal; false if one with its dedupe key is there already.</summary>
    ValueTask<bool> AddAsync(Signal signal, CancellationToken ct = default);

    ValueTask<Signal?> FindAsync(string id, CancellationToken ct = default);

    /// <summary>Signals, newest first.</summary>
    ValueTask<IReadOnlyList<Signal>> ListAsync(SignalQuery query, CancellationToken ct = default);

    /// <summary>Answers an open signal, once.</summary>
    /// <returns>The signal as it is now, and whether this answer is the one; null if there is none.</returns>
    ValueTask<(Signal Signal, bool IsDone)?> AnswerAsync(
        string id, SignalAnswer answer, string text, string actor, bool tellOwners, CancellationToken ct = default);

    /// <summary>Signals that calls feel now.</summary>
    ValueTask<IReadOnlyList<Signal>> FeltAsync(CancellationToken ct = default);

    /// <summary>Ends what calls feel of a signal.</summary>
    /// <returns>The signal as it is now, and whether there was something to end; null if there is none.</returns>
    ValueTask<(Signal Signal, bool IsDone)?> LiftAsync(string id, string actor, CancellationToken ct = default);

    /// <summary>Lets the owners know of signals that nobody has answered since a time, and returns them.</summary>
    ValueTask<IReadOnlyList<Signal>> EscalateAsync(long beforeMs, CancellationToken ct = default);
}

/// <summary>Which signals to list.</summary>
/// <param name="PersonId">Those that concern this person; null for none of these.</param>
/// <param name="TeamIds">Those of these teams that their owners may know of; null for all teams.</param>
/// <param name="IsOpen">Only open ones, or only answered ones.</param>
/// <param name="Before">The last signal of the page before.</param>
internal sealed record SignalQuery(
    string? PersonId, IReadOnlyList<string>? TeamIds, bool? IsOpen, string? Before, int Limit);
