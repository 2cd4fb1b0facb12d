namespace Assay.Sim.Workforce;

/// <summary>Why a person uses AI as they do: the truth that detectors do not see.</summary>
public enum WorkKind
{
    /// <summary>Uses it for their work, a little or a lot.</summary>
    Ordinary,

    /// <summary>Moves a code base for some days: very much, all of it new, all of it declared.</summary>
    Migration,

    /// <summary>Owns an agent that runs with every build, day and night, and reports what came out.</summary>
    BuildAgent,

    /// <summary>Is called at night, and works then.</summary>
    OnCall,

    /// <summary>Reads long documents: large inputs, long answers.</summary>
    DocumentReview,

    /// <summary>Runs suites of questions against models, from one template.</summary>
    EvaluationSuite,

    /// <summary>Is new: many small questions, few results yet.</summary>
    Learner,

    /// <summary>Lets many agents work at once, each on its own part.</summary>
    Swarm,

    /// <summary>Games the count: asks the same again and again.</summary>
    Redundant,

    /// <summary>Games the count: leaves an agent running at night with nothing to do.</summary>
    NightLoop,

    /// <summary>Games the count: pads what is asked.</summary>
    Padding,

    /// <summary>Games the count: asks for needless length.</summary>
    Verbosity,

    /// <summary>Games the count: gives one task to many sessions at once.</summary>
    FanOut,

    /// <summary>Games the count: changes the beginning of each prompt, so that no cache helps.</summary>
    CacheBusting,

    /// <summary>Games the count: fills each day up to where a rank begins.</summary>
    Bunching,

    /// <summary>Games the count: sessions like any other, for nothing.</summary>
    Aimless,
}

/// <summary>What the kinds have in common.</summary>
public static class WorkKinds
{
    /// <summary>Whether somebody games the count.</summary>
    public static bool IsGaming(this WorkKind kind) => kind >= WorkKind.Redundant;

    /// <summary>Whether somebody uses very much, honestly.</summary>
    public static bool IsHonestHeavy(this WorkKind kind) => kind is > WorkKind.Ordinary and < WorkKind.Redundant;
}
