using Assay.Signals.Patterns;
using Assay.Signals.Sessions;

namespace Assay.Server.Signals;

/// <summary>The words by which signals are written, stored and shown.</summary>
internal static class SignalWords
{
    public static readonly IReadOnlyDictionary<string, SignalAnswer> Answers =
        Enum.GetValues<SignalAnswer>().ToDictionary(Word, answer => answer, StringComparer.Ordinal);

    /// <summary>All kinds of signals.</summary>
    public static readonly IReadOnlyList<string> Kinds =
        [Signal.Spike, Signal.SessionCost, Signal.SessionLoop, .. Enum.GetValues<PatternKind>().Select(Word)];

    /// <summary>Whether a kind is a review cue, which is seen at the end of a day.</summary>
    public static bool IsCue(string kind) => kind is not (Signal.Spike or Signal.SessionCost or Signal.SessionLoop);

    public static string Word(SignalAnswer answer) => answer switch
    {
        SignalAnswer.Planned => "planned",
        SignalAnswer.Expected => "expected",
        SignalAnswer.Mistake => "mistake",
        _ => "unclear",
    };

    public static string Say(SignalAnswer answer) => answer switch
    {
        SignalAnswer.Planned => "It is planned work",
        SignalAnswer.Expected => "It is as it should be, from now on too",
        SignalAnswer.Mistake => "Something went wrong",
        _ => "I do not know either",
    };

    public static string Word(PatternKind kind) => kind switch
    {
        PatternKind.RepeatedAsks => "repeated-asks",
        PatternKind.UnattendedLoop => "unattended-loop",
        PatternKind.Padding => "padding",
        PatternKind.Verbosity => "verbosity",
        PatternKind.FanOut => "fan-out",
        PatternKind.CacheBusting => "cache-busting",
        PatternKind.Bunching => "bunching",
        _ => "no-artefact",
    };

    /// <summary>What was seen, in words that accuse nobody.</summary>
    public static string Subject(PatternKind kind) => kind switch
    {
        PatternKind.RepeatedAsks => "Nearly the same was asked again and again",
        PatternKind.UnattendedLoop => "An agent worked long without you, mostly on what it had seen before",
        PatternKind.Padding => "Much text was added to conversations, and little came back",
        PatternKind.Verbosity => "Answers were far longer than others' for the same use",
        PatternKind.FanOut => "One task was given to many sessions at once",
        PatternKind.CacheBusting => "Prompts began differently each time, so that no cache helped",
        PatternKind.Bunching => "Several days ended at nearly the same amount",
        _ => "Much more than usual was spent without declared work",
    };

    /// <summary>Good reasons for a session that runs away.</summary>
    public static IReadOnlyList<string> Explanations(RunawayKind kind) => kind == RunawayKind.Cost
        ? ["many agents that work in one session on purpose", "a loop that does not end: it can be stopped"]
        : ["waiting for something that takes long, by asking again", "an agent that hangs: it can be stopped"];

    /// <summary>Good reasons, so that answering takes a click.</summary>
    public static IReadOnlyList<string> Explanations(PatternKind kind) => kind switch
    {
        PatternKind.RepeatedAsks => ["a test suite or an evaluation", "retrying something that failed"],
        PatternKind.UnattendedLoop => ["a long migration or build", "an agent that hangs: it can be stopped"],
        PatternKind.Padding => ["reviewing long documents", "a tool that attaches whole files"],
        PatternKind.Verbosity => ["writing documentation or tests", "a setting that asks for long answers"],
        PatternKind.FanOut => ["comparing models or prompts", "an orchestrator that starts all its workers with one brief"],
        PatternKind.CacheBusting => ["a tool that puts the time at the beginning of its prompt", "a proxy that reorders messages"],
        PatternKind.Bunching => ["a scheduled job of constant size", "a quota in another tool"],
        _ => ["a migration or a launch: name its ticket", "work whose tool does not declare tickets yet"],
    };
}
