namespace Assay.Outcomes.Attribution;

/// <summary>How it is known that spend led to an outcome, best first.</summary>
public enum EvidenceTier
{
    /// <summary>A commit that was made in the session is one of the outcome's commits.</summary>
    Proved,

    /// <summary>The call said what it is for, and that names exactly one outcome.</summary>
    Declared,

    /// <summary>The session was seen on one of the outcome's commits, in its repository, by its author.</summary>
    Located,

    /// <summary>The same person, the same repository, the same time; no more than that.</summary>
    Inferred,

    /// <summary>Not known; <see cref="UnattributedReason"/> says why.</summary>
    Unattributed,
}

/// <summary>Why spend is attributed to nothing.</summary>
public enum UnattributedReason
{
    /// <summary>It is attributed.</summary>
    None,

    /// <summary>The call names neither a session nor a work ref.</summary>
    NoSessionHeader,

    /// <summary>Nothing says in which repository the session was.</summary>
    NoRepo,

    /// <summary>The repository is known, but no commit and no outcome of this person in it.</summary>
    NoCommit,

    /// <summary>The session made commits that no outcome contains.</summary>
    AbandonedBranch,

    /// <summary>The outcome is known, but the call lies outside the time in which it can have served it.</summary>
    OutsideWindow,

    /// <summary>The model has no price, so there is nothing to attribute.</summary>
    UnpricedModel,

    /// <summary>The session was in a repository of which no outcomes are known.</summary>
    OtherRepo,

    /// <summary>The person or key is kept out of attribution.</summary>
    OptOut,
}

/// <summary>How the names above are written in the API, in exports and on pages.</summary>
public static class EvidenceNames
{
    /// <summary>A tier as a word.</summary>
    public static string Name(this EvidenceTier tier) => tier switch
    {
        EvidenceTier.Proved => "proved",
        EvidenceTier.Declared => "declared",
        EvidenceTier.Located => "located",
        EvidenceTier.Inferred => "inferred",
        _ => "unattributed",
    };

    /// <summary>A reason as a word; empty for none.</summary>
    public static string Name(this UnattributedReason reason) => reason switch
    {
        UnattributedReason.NoSessionHeader => "no_session_header",
        UnattributedReason.NoRepo => "no_repo",
        UnattributedReason.NoCommit => "no_commit",
        UnattributedReason.AbandonedBranch => "abandoned_branch",
        UnattributedReason.OutsideWindow => "outside_window",
        UnattributedReason.UnpricedModel => "unpriced_model",
        UnattributedReason.OtherRepo => "other_repo",
        UnattributedReason.OptOut => "opt_out",
        _ => "",
    };

    /// <summary>A rule as a word.</summary>
    public static string Name(this SplitRule rule) => rule switch
    {
        SplitRule.First => "first",
        SplitRule.Last => "last",
        SplitRule.Linear => "linear",
        SplitRule.LineWeighted => "line-weighted",
        _ => "next-anchor",
    };

    /// <summary>A rule from a word; null for another word.</summary>
    public static SplitRule? Rule(string? name) => name switch
    {
        "next-anchor" => SplitRule.NextAnchor,
        "first" => SplitRule.First,
        "last" => SplitRule.Last,
        "linear" => SplitRule.Linear,
        "line-weighted" => SplitRule.LineWeighted,
        _ => null,
    };
}
