using System.Runtime.InteropServices;

namespace Assay.Sim.Workforce;

/// <summary>One call that somebody makes, as a gateway would see it, and what only the simulation knows of it.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WorkCall
{
    /// <summary>When, in Unix milliseconds.</summary>
    public required long AtMs { get; init; }

    /// <summary>How long the answer took.</summary>
    public int DurationMs { get; init; }

    /// <summary>Whose, as an index into <see cref="WorkCompany.People"/>.</summary>
    public required int Person { get; init; }

    /// <summary>Whether the person's agent made it, with its own key.</summary>
    public bool IsAgent { get; init; }

    /// <summary>The conversation.</summary>
    public ulong Session { get; init; }

    /// <summary>An index into <see cref="WorkModel.All"/>.</summary>
    public int Model { get; init; }

    /// <summary>An index into <see cref="WorkCompany.UseCases"/>.</summary>
    public int UseCase { get; init; }

    /// <summary>The number of the ticket that the call declares; 0 for none.</summary>
    public int Work { get; init; }

    /// <summary>Whether a human wrote the last message, rather than a tool.</summary>
    public bool IsHuman { get; init; }

    /// <summary>Input tokens that were in no cache.</summary>
    public int Input { get; init; }

    /// <summary>Input tokens read from the cache.</summary>
    public int CacheRead { get; init; }

    /// <summary>Input tokens written to the cache.</summary>
    public int CacheWrite { get; init; }

    /// <summary>Output tokens.</summary>
    public int Output { get; init; }

    /// <summary>What the last message says.</summary>
    public WorkText Text { get; init; }

    /// <summary>Whether this call exists only for the count.</summary>
    public bool IsGaming { get; init; }

    /// <summary>The incident that caused or changed the call; 0 for none.</summary>
    public int Incident { get; init; }

    /// <summary>All tokens.</summary>
    public long Tokens => (long)Input + CacheRead + CacheWrite + Output;

    /// <summary>What it costs, in nano-USD.</summary>
    public long CostNanos => WorkModel.All[Model].CostNanos(this);
}

/// <summary>Something the world accepted: a merged change, a closed ticket.</summary>
/// <param name="AtMs">When.</param>
/// <param name="Person">Whose.</param>
/// <param name="Work">The ticket it is for.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WorkOutcome(long AtMs, int Person, int Work);

/// <summary>A cost incident whose truth is known.</summary>
/// <param name="Id">From 1.</param>
/// <param name="Kind">What happened, as in <c>runaway</c>.</param>
/// <param name="Person">Whose calls, or -1 when it is a whole team's.</param>
/// <param name="Team">The team.</param>
/// <param name="FromMs">When it began.</param>
/// <param name="ToMs">When it ended by itself.</param>
public sealed record WorkIncident(int Id, string Kind, int Person, int Team, long FromMs, long ToMs);

/// <summary>A model and what it costs: dollars a million tokens, as published for mid-2026.</summary>
/// <param name="Name">The name to ask for.</param>
/// <param name="Provider">Who serves it.</param>
/// <param name="Input">Uncached input.</param>
/// <param name="CacheWrite">Cache writes.</param>
/// <param name="CacheRead">Cache reads.</param>
/// <param name="Output">Output.</param>
public sealed record WorkModel(
    string Name, string Provider, decimal Input, decimal CacheWrite, decimal CacheRead, decimal Output)
{
    /// <summary>All models; the later ones are for lighter work.</summary>
    public static IReadOnlyList<WorkModel> All { get; } =
    [
        new("claude-opus-4-5", "anthropic", 5, 6.25m, 0.5m, 25),
        new("claude-sonnet-4-5", "anthropic", 3, 3.75m, 0.3m, 15),
        new("gpt-5.5", "openai", 5, 5, 0.5m, 30),
        new("claude-haiku-4-5", "anthropic", 1, 1.25m, 0.1m, 5),
    ];

    private readonly long _input = (long)(Input * 1000);
    private readonly long _write = (long)(CacheWrite * 1000);
    private readonly long _read = (long)(CacheRead * 1000);
    private readonly long _output = (long)(Output * 1000);

    /// <summary>What a call costs, in nano-USD.</summary>
    public long CostNanos(WorkCall call) =>
        (call.Input * _input) + (call.CacheWrite * _write) + (call.CacheRead * _read) + (call.Output * _output);
}
