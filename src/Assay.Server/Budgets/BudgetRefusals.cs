using Assay.Ledger.Usage;
using Assay.Server.Directory;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Proxy;
using Assay.Server.RateLimits;

namespace Assay.Server.Budgets;

/// <summary>
/// What is said to a call that a limit keeps: which limit, whose, what is left, when it renews, and whom to ask.
/// </summary>
internal sealed class BudgetRefusals(AssayConfig config, DirectorySnapshots directory, TimeProvider clock)
{
    private const int PeopleNamedMax = 3;

    public Refused Budget(BudgetLine line, UsageEvent call, long left)
    {
        var budget = line.Budget;
        var needs = budget.Unit == BudgetUnit.Usd ? call.Cost.Nanos : call.Counts.TotalTokens;
        var message = $"The {Window(budget.Window)} budget of {ScopeText.Write(budget.Scope, directory.Current)} "
            + $"({BudgetAmount.Say(budget.Unit, line.EffectiveLimit)}) has {BudgetAmount.Say(budget.Unit, left)} left, and this call may use up to "
            + $"{BudgetAmount.Say(budget.Unit, needs)}. {Renewal(line)} {WhomToAsk(budget, call.PersonId)}";
        return new Refused(Refusal.BudgetExceeded, message) { RetryAfterSeconds = RenewsIn(line) };
    }

    public Refused Throttled(BudgetLine line, long waitMs) => new(
        Refusal.RateLimited,
        $"The {Window(line.Budget.Window)} budget of {ScopeText.Write(line.Budget.Scope, directory.Current)} is used up, "
        + $"and lets one call pass every {config.Budgets.ThrottleSeconds} seconds. Others wait already. {Renewal(line)} "
        + WhomToAsk(line.Budget, ""))
    {
        RetryAfterSeconds = Seconds(waitMs),
    };

    public Refused Rate(RateRefusal refusal, long tokens)
    {
        var limit = refusal.Limit;
        var scope = ScopeText.Write(limit.Scope, directory.Current);
        var message = refusal.Bound switch
        {
            RateBound.Concurrent =>
                $"{scope} may have {limit.ConcurrentStreams} calls under way at once. Wait for one to end.",
            RateBound.Requests => $"{scope} may make {limit.RequestsPerMinute} calls a minute.",
            _ => $"{scope} may use {limit.TokensPerMinute} tokens a minute, and this call may use up to {tokens}.",
        };
        var when = refusal.RetryInMs is { } ms
            ? $" There will be room in {Seconds(ms)} s."
            : " It can never be let in: make it smaller, or ask an administrator for a higher limit.";
        return new Refused(refusal.RetryInMs is null ? Refusal.RateImpossible : Refusal.RateLimited, message + when)
        {
            RetryAfterSeconds = refusal.RetryInMs is { } wait ? Seconds(wait) : null,
        };
    }

    public static Refused Unmetered() => new(
        Refusal.UnmeteredRefused,
        "A budget limits this key, and what this path uses cannot be read from its answer. Use a path that Assay meters, "
        + "or a key without a hard budget.");

    public static Refused TooMany(int count) => new(
        Refusal.Internal,
        $"{count} budgets limit this call, and at most {Ledger.Book.Book.AccountsMax} can. An administrator must remove some.");

    private static string Renewal(BudgetLine line) => line.Budget.Window switch
    {
        BudgetWindow.Total => "It does not renew.",
        BudgetWindow.Rolling30D => "What was spent comes back after 30 days.",
        _ => $"It renews at {DateTimeOffset.FromUnixTimeMilliseconds(line.Current!.Span.EndMs):yyyy-MM-ddTHH:mm:ssZ}.",
    };

    private string WhomToAsk(Budget budget, string askerId)
    {
        var people = BudgetOwners.DecidersOf(directory.Current, budget, askerId)
            .Select(id => directory.Current.FindPerson(id)?.Email)
            .Where(email => email is not null)
            .Take(PeopleNamedMax);
        var where = config.PublicUrl.Length > 0
            ? $"{config.PublicUrl.TrimEnd('/')}/budget"
            : "the page 'My budget' or with POST /api/v1/budget-requests";
        return $"Ask for more at {where}; {string.Join(" or ", people)} can grant it.";
    }

    private int? RenewsIn(BudgetLine line) => line.Current is { Span.EndMs: < long.MaxValue } window
        ? Seconds(window.Span.EndMs - clock.GetUtcNow().ToUnixTimeMilliseconds())
        : null;

    private static int Seconds(long ms) => (int)Math.Clamp((ms + 999) / 1000, 1, int.MaxValue);

    private static string Window(BudgetWindow window) => window switch
    {
        BudgetWindow.Day => "daily",
        BudgetWindow.Week => "weekly",
        BudgetWindow.Month => "monthly",
        BudgetWindow.Quarter => "quarterly",
        BudgetWindow.Rolling30D => "30-day",
        _ => "total",
    };
}
