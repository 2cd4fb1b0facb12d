using System.Runtime.InteropServices;

namespace Assay.Outcomes.Attribution;

/// <summary>What is known of one call after the other: a tier, and what it may have served.</summary>
internal sealed class CallEvidence
{
    private readonly IReadOnlyList<OutcomeRow> _outcomes;
    private readonly OutcomeIndex _index;
    private readonly Dictionary<string, SessionAnchors> _sessions = new(StringComparer.Ordinal);
    private readonly List<Touch> _touches = [];

    public CallEvidence(IReadOnlyList<AnchorRow> anchors, IReadOnlyList<OutcomeRow> outcomes)
    {
        _outcomes = outcomes;
        _index = new OutcomeIndex(outcomes);
        foreach (var group in anchors.GroupBy(a => a.Session, StringComparer.Ordinal))
        {
            _sessions[group.Key] = new SessionAnchors(group.OrderBy(a => a.AtMs), outcomes, _index);
        }
    }

    /// <summary>How the touches are known; unattributed when there are none.</summary>
    public EvidenceTier Tier { get; private set; }

    /// <summary>Why there are none.</summary>
    public UnattributedReason Reason { get; private set; }

    /// <summary>What the call may have served, in the order of time.</summary>
    public ReadOnlySpan<Touch> Touches => CollectionsMarshal.AsSpan(_touches);

    /// <summary>Looks for the best evidence of a call.</summary>
    public void Find(CallRow call)
    {
        _touches.Clear();
        if (call.IsOptedOut)
        {
            Give(UnattributedReason.OptOut);
            return;
        }

        if (!call.IsPriced)
        {
            Give(UnattributedReason.UnpricedModel);
            return;
        }

        var named = _index.Named(call.WorkRef);
        var session = call.Session is { Length: > 0 } id ? _sessions.GetValueOrDefault(id) : null;
        if (Proved(call, session, named) || Declared(call, named) || Located(call, session) || Inferred(call, session, named))
        {
            return;
        }

        Give(Missing(call, session, named));
    }

    private UnattributedReason Missing(CallRow call, SessionAnchors? session, IReadOnlyList<int> named)
    {
        if (named.Count > 0)
        {
            return UnattributedReason.OutsideWindow;
        }

        if (session is null)
        {
            return call.Session is { Length: > 0 } || call.WorkRef is { Length: > 0 }
                ? UnattributedReason.NoRepo
                : UnattributedReason.NoSessionHeader;
        }

        if (!session.Repos.Any(_index.Knows))
        {
            return UnattributedReason.OtherRepo;
        }

        return session.Repos.Any(r => _index.By(r, call.Person).Count > 0)
            ? UnattributedReason.OutsideWindow
            : UnattributedReason.NoCommit;
    }

    // What the call itself says narrows what its session's commits say: one session may serve several outcomes.
    private bool Proved(CallRow call, SessionAnchors? session, IReadOnlyList<int> named)
    {
        if (session is null || session.Made.Count == 0)
        {
            return false;
        }

        if (named.Count > 0)
        {
            foreach (var touch in session.Made)
            {
                if (named.Contains(touch.Outcome))
                {
                    _touches.Add(InTime(touch, call));
                }
            }

            if (_touches.Count == 0)
            {
                return false;
            }
        }
        else
        {
            foreach (var touch in session.Made)
            {
                _touches.Add(InTime(touch, call));
            }
        }

        (Tier, Reason) = (EvidenceTier.Proved, UnattributedReason.None);
        return true;
    }

    private bool Declared(CallRow call, IReadOnlyList<int> named)
    {
        if (named.Count != 1)
        {
            return false;
        }

        _touches.Add(InTime(OfOutcome(named[0]), call));
        (Tier, Reason) = (EvidenceTier.Declared, UnattributedReason.None);
        return true;
    }

    private bool Located(CallRow call, SessionAnchors? session)
    {
        foreach (var touch in session?.Seen ?? [])
        {
            if (_outcomes[touch.Outcome].Author == call.Person && IsInTime(touch.Outcome, call))
            {
                _touches.Add(touch);
            }
        }

        (Tier, Reason) = (EvidenceTier.Located, UnattributedReason.None);
        return _touches.Count > 0;
    }

    private bool Inferred(CallRow call, SessionAnchors? session, IReadOnlyList<int> named)
    {
        // A ref that names several outcomes, such as a ticket with three pull requests, narrows but does not declare.
        foreach (var outcome in named.Count > 1 ? named : session?.Repos.SelectMany(r => _index.By(r, call.Person)) ?? [])
        {
            if (IsInTime(outcome, call))
            {
                _touches.Add(OfOutcome(outcome));
            }
        }

        _touches.Sort(static (a, b) => a.AtMs.CompareTo(b.AtMs));
        (Tier, Reason) = (EvidenceTier.Inferred, UnattributedReason.None);
        return _touches.Count > 0;
    }

    private Touch OfOutcome(int outcome) => new(outcome, UnattributedReason.None, _outcomes[outcome].AtMs, _outcomes[outcome].Lines);

    private Touch InTime(Touch touch, CallRow call) =>
        touch.Outcome < 0 || IsInTime(touch.Outcome, call)
            ? touch
            : touch with { Outcome = -1, Reason = UnattributedReason.OutsideWindow };

    private bool IsInTime(int outcome, CallRow call) =>
        call.AtMs >= _outcomes[outcome].FromMs && call.AtMs <= _outcomes[outcome].UntilMs;

    private void Give(UnattributedReason reason) => (Tier, Reason) = (EvidenceTier.Unattributed, reason);
}

/// <summary>What one session made and saw.</summary>
internal sealed class SessionAnchors
{
    public SessionAnchors(IEnumerable<AnchorRow> anchors, IReadOnlyList<OutcomeRow> outcomes, OutcomeIndex index)
    {
        foreach (var anchor in anchors)
        {
            var outcome = index.WithCommit(anchor.Repo, anchor.Commit);
            if ((anchor.Repo.Length > 0 || outcome is null ? anchor.Repo : outcomes[outcome.Value].Repo) is { Length: > 0 } repo && !Repos.Contains(repo))
            {
                Repos.Add(repo);
            }

            if (anchor.IsMade && anchor.Commit.Length > 0)
            {
                Made.Add(new Touch(outcome ?? -1, outcome is null ? Lost(anchor, index) : UnattributedReason.None, anchor.AtMs, anchor.Lines));
            }
            else if (outcome is { } seen)
            {
                Seen.Add(new Touch(seen, UnattributedReason.None, anchor.AtMs, anchor.Lines));
            }
        }
    }

    /// <summary>Commits made, in the order of time.</summary>
    public List<Touch> Made { get; } = [];

    /// <summary>Commits of outcomes that the session was seen on, in the order of time.</summary>
    public List<Touch> Seen { get; } = [];

    public List<string> Repos { get; } = [];

    private static UnattributedReason Lost(AnchorRow anchor, OutcomeIndex index) =>
        anchor.Repo.Length == 0 || index.Knows(anchor.Repo) ? UnattributedReason.AbandonedBranch : UnattributedReason.OtherRepo;
}
