using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Assay.Ledger.Book;

/// <summary>Checks that stay on in release: a ledger that is wrong must stop, not go on.</summary>
internal static class Invariant
{
    public static void Check([DoesNotReturnIf(false)] bool holds, [CallerArgumentExpression(nameof(holds))] string what = "")
    {
        if (!holds)
        {
            Fail(what);
        }
    }

    [DoesNotReturn]
    private static void Fail(string what) => throw new InvariantException($"The ledger broke an invariant: {what}");
}

/// <summary>The ledger found itself in a state that must never be. Stop using it; the journal has the facts.</summary>
public sealed class InvariantException : InvalidOperationException
{
    /// <summary>An invariant is broken.</summary>
    public InvariantException(string message)
        : base(message)
    {
    }
}
