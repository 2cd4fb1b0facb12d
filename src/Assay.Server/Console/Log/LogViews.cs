using Microsoft.AspNetCore.Components;

namespace Assay.Server.Console.Log;

/// <summary>One entry in a table.</summary>
/// <param name="Where">Repository and the area it is about.</param>
/// <param name="Reasons">Why it is on a list; empty for the log itself.</param>
/// <param name="Spend">The spend that rests on it; null where it is not asked for.</param>
public sealed record EntryRow(
    string Href,
    string Title,
    string Where,
    string Decided,
    string Stage,
    string Relation,
    string Owner,
    string Confidence,
    string Status,
    bool IsLive,
    string? Result,
    IReadOnlyList<string> Reasons,
    string? Spend);

/// <summary>A field of the filters; without options it is a text.</summary>
public sealed record LogField(string Name, string Label, string Value, IReadOnlyList<(string Value, string Label)>? Options = null);

/// <summary>One of the log's pages.</summary>
public sealed record LogTab(string Label, string Href, bool IsCurrent);

/// <summary>Something about a repository that a reader must know before they believe the log.</summary>
public sealed record LogAlarm(string Repository, string Text);

public sealed record LogView(
    IReadOnlyList<LogTab> Tabs,
    IReadOnlyList<LogField> Fields,
    string? ClearHref,
    string Finding,
    IReadOnlyList<EntryRow> Yours,
    IReadOnlyList<EntryRow> Rows,
    string? FirstHref,
    string? NextHref,
    IReadOnlyList<LogAlarm> Alarms,
    bool IsEmpty);

/// <summary>A list on the page of debts, with what it says in a sentence.</summary>
public sealed record DebtList(string Id, string Title, string Finding, IReadOnlyList<EntryRow> Rows);

/// <summary>A piece of work with spend and without a decision.</summary>
public sealed record ShadowRow(string Work, string Requests, string Tokens, string Cost, string Last);

public sealed record DebtView(
    IReadOnlyList<LogTab> Tabs, string Debt, string DebtNote, IReadOnlyList<DebtList> Lists, string ShadowFinding, IReadOnlyList<ShadowRow> Shadow);

/// <summary>A share with its interval, ready to be drawn from 0 to 100 %.</summary>
/// <param name="Mark">Where something to compare with stands, as the stated confidence; null for none.</param>
/// <param name="Text">The share in words; "not enough data" if it says nothing.</param>
public sealed record ShareBar(double Low, double Share, double High, double? Mark, string Text, bool IsEnough);

public sealed record OutcomeRow(string Name, int Decisions, int Held, int Partly, int Failed, int Moot, int Open, ShareBar Bar);

public sealed record MomentRow(string Month, int OnTime, int Of, ShareBar Bar);

public sealed record LearningView(
    IReadOnlyList<LogTab> Tabs,
    string CalibrationFinding,
    IReadOnlyList<OutcomeRow> Calibration,
    string RelationFinding,
    IReadOnlyList<OutcomeRow> Relations,
    IReadOnlyList<EntryRow> Overrides,
    string MomentFinding,
    IReadOnlyList<MomentRow> Moments);

/// <summary>A text of an entry under its heading.</summary>
public sealed record EntrySection(string Heading, MarkupString Html);

/// <summary>A step of a chain.</summary>
public sealed record ChainRow(int Level, string Link, string Href, string Title, string Note, string Because, bool IsHere);

public sealed record RejectedRow(string Option, MarkupString Reason, string? Reconsider);

/// <summary>The form by which the owner of a draft decides it.</summary>
public sealed record DecisionForm(string Action, string Confidence, string? Fault, bool NeedsConfidence);

/// <summary>An outcome of the work.</summary>
/// <param name="Href">Its page, or where its source shows it; null if it is not to be looked at.</param>
/// <param name="By">What joins it to the entry.</param>
public sealed record WorkRow(string Ref, string? Href, string Title, string Standing, string By);

public sealed record EntryView(
    IReadOnlyList<LogTab> Tabs,
    string Id,
    string Title,
    string Status,
    bool IsLive,
    string Lead,
    string? Warning,
    IReadOnlyList<(string Href, string Title)> SupersededBy,
    int? Confidence,
    MarkupString Decision,
    MarkupString? Proposed,
    string ProposedLabel,
    MarkupString? Chosen,
    IReadOnlyList<RejectedRow> Rejected,
    IReadOnlyList<EntrySection> Sections,
    IReadOnlyList<ChainRow> Chain,
    IReadOnlyList<(string Name, string Value)> Facts,
    IReadOnlyList<(string Name, string Value)> Git,
    string Spend,
    string SpendNote,
    string? Outcome,
    IReadOnlyList<WorkRow> Work,
    DecisionForm? Form,
    string? Waiting,
    string? Done);
