using Assay.Server.Console.Charts;
using Assay.Server.Signals;

namespace Assay.Server.Console.Signals;

/// <summary>One line of the list.</summary>
public sealed record SignalLine(
    string Href, string Subject, string Who, string When, string At, string Cost, string State, bool IsOpen);

/// <summary>The list.</summary>
public sealed record SignalListView(IReadOnlyList<SignalLine> Signals, bool OnlyOpen, string? NextHref);

/// <summary>What can be answered.</summary>
public sealed record AnswerChoice(string Word, string Text, bool IsChosen);

/// <summary>One part of a rise.</summary>
public sealed record PartLine(string Kind, string Name, string Share, string Cost, int Percent);

/// <summary>A decision about a signal.</summary>
public sealed record DecisionLine(string Href, string Title, string Status);

/// <summary>What was done about a signal.</summary>
/// <param name="Text">Whose calls feel what, and until when.</param>
/// <param name="HowToEnd">What ends it before; null when it is over or the viewer can do nothing.</param>
public sealed record FeltLine(string Text, string? HowToEnd, bool MayLift, string LiftHref);

/// <summary>One signal with its evidence.</summary>
public sealed record SignalPageView
{
    public required SignalLine Line { get; init; }

    public required IReadOnlyList<string> Seen { get; init; }

    public required IReadOnlyList<string> Explanations { get; init; }

    public required IReadOnlyList<PartLine> Parts { get; init; }

    /// <summary>The hours around a spike; null where they are not the viewer's to see.</summary>
    public BandChart? Hours { get; init; }

    /// <summary>The days of a pattern.</summary>
    public TimeChart? Days { get; init; }

    /// <summary>How alike the texts of the last day were; null where it is not the viewer's to see.</summary>
    public LikenessChart? Alike { get; init; }

    public string? Agents { get; init; }

    /// <summary>Who has been told; said to everybody who looks.</summary>
    public required string Told { get; init; }

    public string? Answered { get; init; }

    /// <summary>What calls feel or felt of it; null if nothing.</summary>
    public FeltLine? Felt { get; init; }

    /// <summary>The logs that a decision about it can go to; empty if there are none for the viewer.</summary>
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>What was decided about it.</summary>
    public IReadOnlyList<DecisionLine> Decisions { get; init; } = [];

    public bool MayAnswer { get; init; }

    public required IReadOnlyList<AnswerChoice> Choices { get; init; }

    public string Text { get; init; } = "";

    public string? Fault { get; init; }

    internal static IReadOnlyList<AnswerChoice> ChoicesWith(string? chosen) =>
        [.. SignalWords.Answers.Select(answer => new AnswerChoice(answer.Key, SignalWords.Say(answer.Value), answer.Key == (chosen ?? "planned")))];
}
