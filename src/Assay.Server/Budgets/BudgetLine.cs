using Assay.Ledger.Book;
using Assay.Server.Directory;

namespace Assay.Server.Budgets;

/// <summary>
/// A budget at work on this node: its terms as they are now, the account of its present window, and whether somebody
/// must look at it again. Terms are replaced, never changed in place.
/// </summary>
internal sealed class BudgetLine(Budget budget, long effectiveLimit)
{
    private Terms _terms = new(budget, effectiveLimit);
    private Window? _window;
    private int _isTouched;

    public Budget Budget => Volatile.Read(ref _terms).Budget;

    /// <summary>The limit with grants and loans, in the budget's unit.</summary>
    public long EffectiveLimit => Volatile.Read(ref _terms).EffectiveLimit;

    /// <summary>Whether a call that does not fit is kept from going on as it came. A warning keeps nobody.</summary>
    public bool IsEnforced => Budget.AtLimit != AtLimit.Warn;

    public AccountUnit Unit => Budget.Unit == BudgetUnit.Usd ? AccountUnit.NanoUsd : AccountUnit.Tokens;

    /// <summary>The window whose account has begun last; null before the first.</summary>
    public Window? Current => Volatile.Read(ref _window);

    /// <summary>When the next call may pass a budget that throttles, in Unix milliseconds. Guarded by a lock on the line.</summary>
    public long NextTurnMs { get; set; }

    public void Begin(in BudgetSpan span) =>
        Volatile.Write(ref _window, new Window(span, BudgetAccounts.Name(Budget.Id, span.Key)));

    public void Change(Budget terms, long limit) => Volatile.Write(ref _terms, new Terms(terms, limit));

    /// <summary>Whether this is the first touch since <see cref="TakeTouch"/>.</summary>
    public bool Touch() => Volatile.Read(ref _isTouched) == 0 && Interlocked.Exchange(ref _isTouched, 1) == 0;

    public void TakeTouch() => Volatile.Write(ref _isTouched, 0);

    /// <summary>One window and the name of its account.</summary>
    internal sealed record Window(BudgetSpan Span, string Account);

    private sealed record Terms(Budget Budget, long EffectiveLimit);
}
