using Assay.Ledger.Book;
using Assay.Ledger.Journal;
using Assay.Ledger.Money;
using Assay.Server.Directory;
using Assay.Server.Formats;
using Assay.Server.Hosting;
using Assay.Server.Metering;
using Assay.Server.Proxy;
using Assay.Server.Proxy.Translation;
using Assay.Server.RateLimits;
using Assay.Server.Routing;

namespace Assay.Server.Budgets;

/// <summary>
/// Lets a call in or not: rate limits first, then its estimated cost is reserved on every budget that limits it, all or
/// nothing. Where a budget has no room, what it says happens: the call is refused, goes elsewhere, or waits its turn.
/// </summary>
internal sealed class Admission(
    AssayConfig config,
    BudgetKeeper keeper,
    RateGates rates,
    LedgerHost ledger,
    Settlement settlement,
    RouteTable routes,
    BudgetWatch watch,
    BudgetRefusals refusals,
    TimeProvider clock,
    ILogger<Admission> log)
{
    /// <summary>How long a call may wait for its turn at a budget that throttles.</summary>
    private const long WaitMsMax = 60_000;

    /// <summary>Null if the call is let in; its reservation is then in the journal.</summary>
    public async ValueTask<Refused?> AdmitAsync(Call call)
    {
        call.Reservation = settlement.Estimate(call);
        var question = Question(call);
        if (call.Match.Operation == Operation.Passthrough && Settlement.MayBeBilled(call)
            && keeper.Board.SetFor(question).IsHard)
        {
            return BudgetRefusals.Unmetered();
        }

        // A provider works on a batch job when it has room; its tokens say nothing about this minute.
        var tokens = call.Load is null ? call.Reservation.Counts.TotalTokens : 0;
        if (call.RateTicket is null)
        {
            call.RateTicket = rates.TryEnter(question, tokens, out var kept);
            if (kept is not null)
            {
                return refusals.Rate(kept, tokens);
            }
        }

        try
        {
            var refused = await ReserveAsync(call);
            if (refused is not null)
            {
                Leave(call, 0);
            }

            return refused;
        }
        catch (OperationCanceledException) when (call.Http.RequestAborted.IsCancellationRequested)
        {
            Leave(call, 0);
            return Refused.ClientGone();
        }
        catch (JournalBrokenException fault)
        {
            Leave(call, 0);
            Log.JournalBroken(log, fault);
            return Refused.JournalUnavailable();
        }
    }

    /// <summary>The call is over: it no longer counts as under way, and its budgets are looked at.</summary>
    public void Leave(Call call, long tokens)
    {
        if (call.RateTicket is { } ticket)
        {
            call.RateTicket = null;
            rates.Leave(ticket, tokens);
        }

        watch.Touch(call.Budgets);
    }

    /// <summary>An attempt of a call is over, and the call goes on: its budgets are looked at.</summary>
    public void Look(Call call) => watch.Touch(call.Budgets);

    private async ValueTask<Refused?> ReserveAsync(Call call)
    {
        var lifetimeMs = call.Load is null
            ? (config.Timeouts.TotalSeconds * 1000L) + 60_000
            : config.Batches.GiveUpHours * 3_600_000L;
        var expiresAtMs = call.StartedAtMs + lifetimeMs;
        List<BudgetLine>? relaxed = null;
        while (true)
        {
            var set = keeper.Board.SetFor(Question(call));
            if (set.Lines.Count > Book.AccountsMax)
            {
                return BudgetRefusals.TooMany(set.Lines.Count);
            }

            var hold = await keeper.HoldAsync(set, call.StartedAtMs);
            var reservation = call.Reservation!;
            var result = await ledger.ReserveAsync(
                reservation, hold.Accounts, Enforced(set, hold, relaxed), expiresAtMs, call.Http.RequestAborted);
            if (result.Status == ReserveStatus.Held)
            {
                (call.Budgets, call.Hold) = (set, hold);
                (call.HeldMoney, call.HeldTokens) = (reservation.Cost.Nanos, reservation.Counts.TotalTokens);
                call.BudgetLeft = result.Remaining == long.MaxValue ? null : new NanoUsd(result.Remaining);
                return null;
            }

            if (result.Status != ReserveStatus.Refused)
            {
                throw new InvalidOperationException($"A new call cannot be {result.Status}.");
            }

            var line = set.Find(hold, result.RefusedBy!);
            watch.Refused(line);
            var refused = line.Budget.AtLimit switch
            {
                AtLimit.Reroute => Reroute(call, line, result),
                AtLimit.Throttle => await TakeTurnAsync(call, line),
                _ => refusals.Budget(line, reservation, result.Remaining),
            };
            if (refused is not null)
            {
                return refused;
            }

            (relaxed ??= []).Add(line);
        }
    }

    private static uint Enforced(BudgetSet set, BudgetHold hold, List<BudgetLine>? relaxed)
    {
        var enforced = hold.Enforced;
        if (relaxed is not null)
        {
            for (var i = 0; i < set.Lines.Count; i++)
            {
                enforced &= relaxed.Contains(set.Lines[i]) ? ~(1u << i) : uint.MaxValue;
            }
        }

        return enforced;
    }

    /// <summary>Sends the call to the budget's cheaper target, if that can answer it.</summary>
    private Refused? Reroute(Call call, BudgetLine line, in ReserveResult result)
    {
        var to = line.Budget.RerouteTo ?? "";
        var slash = to.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? to : to[..slash];
        if (!routes.Providers.TryGetValue(name, out var provider)
            || !Wire.CanBeAsked(provider, call.Match)
            || (call.Match.Cloud is { } cloud && cloud != provider.DialectName)
            || provider.LacksCredential
            || call.Match.Operation.IsOpaque())
        {
            return refusals.Budget(line, call.Reservation!, result.Remaining);
        }

        call.Target = routes.TargetOf(provider, slash < 0 ? null : to[(slash + 1)..]);
        call.Next = default;
        call.ProviderModel = call.Target.Model ?? call.Model;
        call.Rerouted = to;
        call.Reservation = settlement.Estimate(call);
        return null;
    }

    /// <summary>Lets the call go on when its turn has come; turns are so far apart that what is left is not rushed through.</summary>
    private async ValueTask<Refused?> TakeTurnAsync(Call call, BudgetLine line)
    {
        long waitMs;
        lock (line)
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            waitMs = Math.Max(0, line.NextTurnMs - now);
            if (waitMs > WaitMsMax)
            {
                return refusals.Throttled(line, waitMs);
            }

            line.NextTurnMs = now + waitMs + (config.Budgets.ThrottleSeconds * 1000L);
        }

        call.ThrottledMs = waitMs;
        await Task.Delay(TimeSpan.FromMilliseconds(waitMs), clock, call.Http.RequestAborted);
        return null;
    }

    private static BudgetQuestion Question(Call call) => new(
        call.Identity!, call.UseCase, call.Model, call.ProviderModel, call.Target!.Provider.Name);
}
