using System.Globalization;
using Assay.Signals.Early;
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

    /// <summary>What kind of early evidence it is.</summary>
    public static string Word(EarlyKind kind) => kind switch
    {
        EarlyKind.Cache => "cache",
        EarlyKind.Model => "model",
        _ => "pace",
    };

    /// <summary>What changed, before it cost much.</summary>
    /// <param name="who">Whose calls.</param>
    public static string Subject(EarlyEvidence early, string who) => early.Kind switch
    {
        EarlyKind.Cache => $"{who}: calls no longer read what caches must have",
        EarlyKind.Model => $"{who}: calls go to a dearer model than usual",
        _ => $"{who}: far more calls at once than usual",
    };

    /// <summary>A sentence for each thing that was seen early.</summary>
    /// <param name="since">When it began.</param>
    /// <param name="projected">What it costs beyond the usual if it goes on.</param>
    public static IReadOnlyList<string> Seen(EarlyEvidence early, string since, string projected) =>
    [
        early.Kind switch
        {
            EarlyKind.Cache => Inv($"{early.Seen:N0} of {early.Of:N0} calls since {since} used no cache where these people's calls do; {Share(early.Usual)} is usual."),
            EarlyKind.Model => Inv($"{early.Seen:N0} of {early.Of:N0} calls since {since} asked for a dearer model than their people usually do; {Share(early.Usual)} is usual."),
            _ => Inv($"{early.Seen:N0} calls or conversations began within a minute before {since}; {early.Usual:0.#} at most are usual."),
        },
        Inv($"If it goes on, it costs about {projected} more than usual in {(early.ProjectedHours <= 1 ? "an hour" : "a day")}."),
    ];

    /// <summary>Good reasons for a rise of spend, or for what was seen before one.</summary>
    public static IReadOnlyList<string> Explanations(EarlyKind? early) => early switch
    {
        EarlyKind.Cache => ["a tool that was updated or set up anew, and no longer asks for caching", "prompts that begin differently with each call", "a provider or a region that keeps no cache"],
        EarlyKind.Model => ["a default that was changed, on purpose or by an update", "work that needs the larger model"],
        EarlyKind.Pace => ["a test suite, a migration or agents that are meant to work side by side", "retries that do not wait: the program can be stopped", "a key that somebody else uses: it can be revoked"],
        _ => ["a migration, a launch or a test of load", "a loop that does not end: its agent can be stopped", "a key that somebody else uses: it can be revoked"],
    };

    private static string Share(double rate) => rate >= 0.001
        ? (rate * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %"
        : "fewer than one in a thousand";

    private static string Inv(FormattableString text) => FormattableString.Invariant(text);

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
