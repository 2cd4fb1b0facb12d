using System.Text.Json;
using System.Text.Json.Serialization;
using Assay.Server.Signals.Actions;
using Assay.Signals.Early;

namespace Assay.Server.Signals;

/// <summary>What somebody says to a signal.</summary>
internal enum SignalAnswer : byte
{
    /// <summary>It is planned work.</summary>
    Planned,

    /// <summary>It is as it should be, from now on too.</summary>
    Expected,

    /// <summary>Something went wrong.</summary>
    Mistake,

    /// <summary>They do not know either.</summary>
    Unclear,
}

/// <summary>Something unusual that somebody is asked about. It is a question with evidence, never a verdict.</summary>
internal sealed record Signal
{
    public const string Spike = "spike";

    /// <summary>A conversation that spends too fast.</summary>
    public const string SessionCost = "session-cost";

    /// <summary>A conversation that goes round in a circle.</summary>
    public const string SessionLoop = "session-loop";

    /// <summary><c>sg_</c> and a UUIDv7.</summary>
    public required string Id { get; init; }

    /// <summary><see cref="Spike"/> or its neighbours, or the word of a pattern such as <c>repeated-asks</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whom it concerns; empty when it is a team's, a use's or the company's.</summary>
    public string PersonId { get; init; } = "";

    /// <summary>The person's team, or the team that it concerns; the org for what concerns everybody.</summary>
    public required string TeamId { get; init; }

    /// <summary>What explains it, as in <c>person:p_…</c> or <c>model:claude-opus</c>.</summary>
    public required string Cause { get; init; }

    public required long AtMs { get; init; }

    /// <summary>What it cost beyond the usual when it was found, in nano-USD.</summary>
    public required long Cost { get; init; }

    public required string Subject { get; init; }

    public SignalEvidence Evidence { get; init; } = new();

    /// <summary>Found twice, it is told once.</summary>
    public required string DedupeKey { get; init; }

    public SignalAnswer? Answer { get; init; }

    public string? AnswerText { get; init; }

    public string? AnsweredBy { get; init; }

    public long? AnsweredMs { get; init; }

    /// <summary>Since when those who answer for the team may know of it.</summary>
    public long? OwnersMs { get; init; }

    /// <summary>What was done about it.</summary>
    public SignalAction Action { get; init; } = SignalAction.Notify;

    /// <summary>Whose calls feel it: <c>person:…</c>, <c>key:…</c> or <c>session:PERSON/NAME</c>; empty if none do.</summary>
    public string ActionOn { get; init; } = "";

    /// <summary>When it ends by itself; null if no call feels it.</summary>
    public long? ActionUntilMs { get; init; }

    /// <summary>When it was ended before, by an answer or by somebody who answers for the team.</summary>
    public long? LiftedMs { get; init; }

    public string? LiftedBy { get; init; }

    /// <summary>Whether calls feel it at a time.</summary>
    public bool IsFeltAt(long nowMs) => ActionUntilMs > nowMs && LiftedMs is null;

    public bool IsOpen => Answer is null;
}

/// <summary>What a person can check. Counts, sums and names; no content and no sketches.</summary>
internal sealed record SignalEvidence
{
    /// <summary>One sentence for each thing that was seen.</summary>
    public IReadOnlyList<string> Seen { get; init; } = [];

    /// <summary>What would explain it.</summary>
    public IReadOnlyList<string> Explanations { get; init; } = [];

    public double? SpentUsd { get; init; }

    public double? UsualUsd { get; init; }

    public double? HorizonSeconds { get; init; }

    /// <summary>Why it was told before it had cost much; null for what was seen in what was spent.</summary>
    public EarlySigns? Early { get; init; }

    public IReadOnlyList<SignalPart> Parts { get; init; } = [];

    public IReadOnlyList<SignalDay> Days { get; init; } = [];

    public double? AlwaysOnAgents { get; init; }

    /// <summary>
    /// How alike each text of the last day was to those before it. When somebody worked is theirs: others are not shown it.
    /// </summary>
    public IReadOnlyList<SignalLikeness> Alike { get; init; } = [];

    public string ToJson() => JsonSerializer.Serialize(this, SignalJson.Default.SignalEvidence);

    public static SignalEvidence Parse(string json) => JsonSerializer.Deserialize(json, SignalJson.Default.SignalEvidence)!;
}

/// <summary>What part of a rise comes from one thing.</summary>
internal sealed record SignalPart(string Kind, string Name, double Share, double CostUsd);

/// <summary>What changed before it had cost much.</summary>
/// <param name="Kind">cache, model or pace.</param>
/// <param name="Seen">How many calls showed it.</param>
/// <param name="Of">Of how many that could have.</param>
/// <param name="Usual">Which part of calls usually shows it; for a pace, how many a minute are usual at most.</param>
/// <param name="ProjectedUsd">What it costs beyond the usual if it goes on.</param>
/// <param name="ProjectedHours">For so many hours.</param>
/// <param name="SinceMs">When its first call was settled.</param>
internal sealed record EarlySigns(string Kind, int Seen, int Of, double Usual, double ProjectedUsd, double ProjectedHours, long SinceMs)
{
    public static EarlySigns From(EarlyEvidence early) => new(
        SignalWords.Word(early.Kind), early.Seen, early.Of, Math.Round(early.Usual, 8), Math.Round(early.ProjectedUsd, 2), early.ProjectedHours, early.SinceMs);
}

/// <summary>How alike a text was to those before it.</summary>
/// <param name="AtMs">When it came.</param>
/// <param name="Similarity">The estimated cosine similarity to the nearest of them, 0 to 1.</param>
internal sealed record SignalLikeness(long AtMs, double Similarity);

/// <summary>A day on which a pattern was seen.</summary>
internal sealed record SignalDay(string Day, int Calls, int Of, double Measure, double CostUsd, long Tokens);

[JsonSerializable(typeof(SignalEvidence))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class SignalJson : JsonSerializerContext;
