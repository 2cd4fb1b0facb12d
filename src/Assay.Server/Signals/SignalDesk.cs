using System.Collections.Concurrent;
using Assay.Server.Api;
using Assay.Server.Budgets;
using Assay.Server.Directory;
using Assay.Server.Signals.Actions;
using Assay.Server.Store;

namespace Assay.Server.Signals;

/// <summary>
/// Where signals are kept, shown and answered. A signal about a person is theirs alone until they have confirmed it or have
/// not answered in time.
/// </summary>
internal sealed class SignalDesk(
    ISignalStore store, SignalNotices notices, DirectorySnapshots directory, SignalPolicy policy, Restraints restraints)
{
    public const int TextLengthMax = 500;

    private static readonly DeskRefusal s_missing = new(
        DeskRefusalKind.NotFound, "There is no such signal.", "See GET /api/v1/signals for those that are yours to see.");

    /// <summary>Signals whose answers the detectors have yet to learn from.</summary>
    public ConcurrentQueue<Signal> Lessons { get; } = new();

    public async ValueTask RaiseAsync(SignalEyes.Finding finding, CancellationToken ct)
    {
        var signal = finding.Signal.PersonId.Length == 0
            ? finding.Signal with { OwnersMs = finding.Signal.AtMs }
            : finding.Signal;
        var (action, on) = policy.For(signal.Kind, finding.Targets);

        // What is listed only because the day has had its alerts is not acted upon either.
        signal = signal with { Action = finding.IsTold || !action.IsFelt() ? action : SignalAction.Off };
        if (signal.Action.IsFelt())
        {
            signal = signal with { ActionOn = on, ActionUntilMs = finding.NowMs + (policy.Config.HoldMinutes * 60_000L) };
        }

        if (!await store.AddAsync(signal, ct))
        {
            return;
        }

        if (signal.ActionUntilMs is not null)
        {
            restraints.Add(signal);
        }

        if (finding.IsTold && signal.Action != SignalAction.Off)
        {
            await notices.RaisedAsync(signal, ct);
        }
    }

    /// <summary>Takes in what other nodes, and this one before its start, let calls feel.</summary>
    public async ValueTask ShareAsync(CancellationToken ct) => restraints.Replace(await store.FeltAsync(ct));

    /// <summary>Whether there may be something to take in.</summary>
    public bool MayBeFelt => policy.MayBeFelt || !restraints.IsEmpty;

    /// <summary>Ends what calls feel of a signal; for those who answer for the team.</summary>
    public async ValueTask<DeskAnswer<Signal>> LiftAsync(Viewer viewer, string id, CancellationToken ct)
    {
        if (await store.FindAsync(id, ct) is not { } signal || !MaySee(viewer, signal))
        {
            return s_missing;
        }

        if (!MayLift(viewer, signal))
        {
            return new DeskRefusal(
                DeskRefusalKind.Forbidden, "This is not yours to end.", "Those who answer for the team end it; the person ends it by answering that it is planned or as it should be.");
        }

        if (await store.LiftAsync(id, viewer.PersonId, ct) is not { } done)
        {
            return s_missing;
        }

        restraints.Remove(id);
        return done.IsDone
            ? done.Signal
            : new DeskRefusal(DeskRefusalKind.Conflict, "There is nothing to end.", "No call feels this signal now.");
    }

    /// <summary>Those who answer for the team, once they may know of it; never the person whose calls feel it.</summary>
    public bool MayLift(Viewer viewer, Signal signal) =>
        MaySee(viewer, signal) && signal.PersonId != viewer.PersonId && viewer.Role != Role.Auditor;

    /// <summary>What has not been answered since a time becomes known to those who answer for the team.</summary>
    public async ValueTask EscalateAsync(long beforeMs, CancellationToken ct)
    {
        foreach (var signal in await store.EscalateAsync(beforeMs, ct))
        {
            await notices.UnansweredAsync(signal, ct);
        }
    }

    /// <summary>The signals that somebody may see, newest first.</summary>
    public async ValueTask<(IReadOnlyList<Signal> Signals, string? Next)> ListAsync(
        Viewer viewer, bool? isOpen, string? before, int limit, CancellationToken ct)
    {
        var rules = new AccessRules(directory.Current, viewer);
        IReadOnlyList<string>? teams = rules.SeesCompany ? null
            : rules.ManagedTeamId is { } managed ? directory.Current.Teams.Within(managed)
            : [];
        var found = await store.ListAsync(new SignalQuery(viewer.PersonId, teams, isOpen, before, limit + 1), ct);
        return found.Count > limit ? ([.. found.Take(limit)], found[limit - 1].Id) : (found, null);
    }

    public async ValueTask<DeskAnswer<Signal>> FindAsync(Viewer viewer, string id, CancellationToken ct) =>
        await store.FindAsync(id, ct) is { } signal && MaySee(viewer, signal) ? signal : s_missing;

    public async ValueTask<DeskAnswer<Signal>> AnswerAsync(
        Viewer viewer, string id, string? answer, string? text, CancellationToken ct)
    {
        if (await store.FindAsync(id, ct) is not { } signal || !MaySee(viewer, signal))
        {
            return s_missing;
        }

        var faults = new InputFaults();
        if (answer is null || !SignalWords.Answers.TryGetValue(answer, out var meant))
        {
            faults.Add("answer", $"is not one of: {string.Join(", ", SignalWords.Answers.Keys)}.");
            meant = default;
        }

        text = text?.Trim() ?? "";
        if (text.Length > TextLengthMax)
        {
            faults.Add("text", $"has {text.Length} characters: use at most {TextLengthMax}.");
        }
        else if (RequestText.FaultInReason(text, isRequired: meant is SignalAnswer.Planned && !faults.Any) is { } fault)
        {
            faults.Add("text", fault);
        }

        if (faults.Any)
        {
            return DeskRefusal.Invalid(faults);
        }

        if (!MayAnswer(viewer, signal))
        {
            return new DeskRefusal(
                DeskRefusalKind.Forbidden, "This signal is not yours to answer.", "The person whom it concerns answers, or those who answer for the team.");
        }

        var tellOwners = signal.PersonId == viewer.PersonId && meant is SignalAnswer.Mistake or SignalAnswer.Unclear;
        if (await store.AnswerAsync(id, meant, text, viewer.PersonId, tellOwners, ct) is not { } done)
        {
            return s_missing;
        }

        if (!done.IsDone)
        {
            return new DeskRefusal(
                DeskRefusalKind.Conflict, "This signal has been answered already.", $"The answer is: {SignalWords.Word(done.Signal.Answer!.Value)}.");
        }

        if (done.Signal.LiftedMs is not null)
        {
            restraints.Remove(id);
        }

        if (meant is SignalAnswer.Planned or SignalAnswer.Expected)
        {
            Lessons.Enqueue(done.Signal);
        }
        else if (tellOwners)
        {
            await notices.ConfirmedAsync(done.Signal, ct);
        }

        return done.Signal;
    }

    /// <summary>Whether somebody may see a signal; an agent's key sees none.</summary>
    private bool MaySee(Viewer viewer, Signal signal)
    {
        var rules = new AccessRules(directory.Current, viewer);
        return viewer.AgentId.Length == 0
            && (signal.PersonId == viewer.PersonId
                || (signal.OwnersMs is not null && (rules.SeesCompany || rules.Manages(signal.TeamId))));
    }

    /// <summary>Whoever audits looks, but does not answer.</summary>
    public bool MayAnswer(Viewer viewer, Signal signal) =>
        MaySee(viewer, signal) && (signal.PersonId == viewer.PersonId || viewer.Role != Role.Auditor);
}
