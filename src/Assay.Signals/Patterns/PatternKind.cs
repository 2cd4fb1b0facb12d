namespace Assay.Signals.Patterns;

/// <summary>What a review cue is about. Each can have a good reason; that is why somebody is asked.</summary>
public enum PatternKind
{
    /// <summary>Nearly the same is asked again and again.</summary>
    RepeatedAsks,

    /// <summary>An agent works on for long without a human turn, mostly on what it has seen already.</summary>
    UnattendedLoop,

    /// <summary>Much text is added to a running conversation, and hardly anything comes back.</summary>
    Padding,

    /// <summary>Answers are far longer than others' for the same use.</summary>
    Verbosity,

    /// <summary>One task is given to many sessions at once.</summary>
    FanOut,

    /// <summary>Prompts change at their beginning, so that no cache helps.</summary>
    CacheBusting,

    /// <summary>Day after day ends at the same amount.</summary>
    Bunching,

    /// <summary>Much more than before is spent, and nothing is declared or has come of it.</summary>
    NoArtefact,
}
