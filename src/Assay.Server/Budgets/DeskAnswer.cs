using Assay.Server.Api;

namespace Assay.Server.Budgets;

internal enum DeskRefusalKind : byte
{
    /// <summary>The input is wrong; the faults say where.</summary>
    Invalid,
    NotFound,
    Forbidden,

    /// <summary>It contradicts what is there, such as a decision that somebody else has made.</summary>
    Conflict,
}

/// <summary>Why something was not done, for the API and for pages.</summary>
/// <param name="Title">What is so.</param>
/// <param name="DoThis">What to do about it.</param>
internal sealed record DeskRefusal(DeskRefusalKind Kind, string Title, string DoThis, InputFaults? Faults = null)
{
    public static DeskRefusal Invalid(InputFaults faults) =>
        new(DeskRefusalKind.Invalid, "The input is not valid.", faults.Summary(), faults);

    public static DeskRefusal NoRequest { get; } = new(
        DeskRefusalKind.NotFound, "There is no such request.", "See GET /api/v1/budget-requests for those there are.");
}

/// <summary>What was done, or why not: exactly one of the two.</summary>
internal readonly record struct DeskAnswer<T>(T? Value, DeskRefusal? Refusal)
    where T : class
{
    public static implicit operator DeskAnswer<T>(T value) => new(value, null);

    public static implicit operator DeskAnswer<T>(DeskRefusal refusal) => new(null, refusal);
}
