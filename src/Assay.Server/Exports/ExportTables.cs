using System.Globalization;
using System.Runtime.CompilerServices;
using Assay.Server.Api;
using Assay.Server.Judgments;
using Assay.Server.Outcomes;
using Assay.Server.Store;

namespace Assay.Server.Exports;

/// <summary>A row of the rollups: what one person used in one day, by what they used it for and where.</summary>
internal sealed record UsageDayRow(
    string Day,
    string? Person,
    string? Agent,
    string Team,
    string UseCase,
    string Provider,
    string Model,
    long Requests,
    long FailedRequests,
    long EstimatedRequests,
    long UnpricedRequests,
    long InputTokens,
    long CacheReadTokens,
    long CacheWriteTokens,
    long OutputTokens,
    long ReasoningTokens,
    string CostUsd,
    string EstimatedCostUsd);

/// <summary>A step of an outcome's life.</summary>
internal sealed record OutcomeStepRow(string OutcomeId, string OutcomeRef, string Event, string At, string Evidence, string ToldAt);

/// <summary>A commit of an outcome.</summary>
internal sealed record OutcomeCommitRow(string OutcomeId, string OutcomeRef, string Repo, string Sha);

/// <summary>That a session made a commit.</summary>
internal sealed record AnchorRowView(string At, string Session, string Repo, string Sha, string? Person, string Evidence, long? Lines);

/// <summary>What went where.</summary>
internal sealed record DeploymentRow(string At, string Source, string Ref, string Repo, string Sha, string Environment, bool IsProduction, bool IsSuccess);

/// <summary>What tools said of themselves in one hour.</summary>
internal sealed record TelemetryRow(
    string Hour, string? Person, string Team, string Emitter, string Version, string Metric, string Model, string Detail, double Value, long Points);

/// <summary>Who changed what.</summary>
internal sealed record AuditRow(string Id, string At, long Version, string Actor, string Action, string Subject, string? Before, string? After);

/// <summary>Everything that can be taken away beside calls, charges and attribution.</summary>
internal static class ExportTables
{
    private const long HourMs = 3_600_000;

    private static readonly UsageDimension[] s_usage =
        [UsageDimension.Day, UsageDimension.Person, UsageDimension.Agent, UsageDimension.Team, UsageDimension.UseCase, UsageDimension.Provider, UsageDimension.Model];

    public static IReadOnlyList<ExportTable> All { get; } =
    [
        ExportTable.Of("usage", "What each person used, by day, agent, team, use case, provider and model.", true, Policies.Company, UsageAsync),
        ExportTable.Of("outcomes", "Outcomes accepted, given up or offered in the days.", true, Policies.Company, OutcomesAsync),
        ExportTable.Of("outcome-steps", "What happened to these outcomes, with the evidence.", true, Policies.Company, StepsAsync),
        ExportTable.Of("outcome-commits", "The commits of these outcomes.", true, Policies.Company, CommitsAsync),
        ExportTable.Of("anchors", "Which session made which commit.", true, Policies.Company, AnchorsAsync),
        ExportTable.Of("deployments", "What was deployed where, and whether it went through.", true, Policies.Company, DeploymentsAsync),
        ExportTable.Of("telemetry", "What tools said of themselves, summed by the hour.", true, Policies.Company, TelemetryAsync),
        ExportTable.Of("signals", "What was unusual, and what was said about it: those that owners know of, newest first.", false, Policies.Company, SignalsAsync),
        ExportTable.Of("judgments", "Recorded decisions of all repositories.", false, Policies.Company, JudgmentsAsync),
        ExportTable.Of("budgets", "Budgets as they are now.", false, Policies.Company, BudgetsAsync),
        ExportTable.Of("budget-requests", "Requests for more, and what was decided, newest first.", false, Policies.Company, RequestsAsync),
        ExportTable.Of("experiments", "Experiments as they were declared.", false, Policies.Company, ExperimentsAsync),
        ExportTable.Of("audit", "Who changed what in the directory, newest first.", false, Policies.Audit, AuditAsync),
    ];

    private static async IAsyncEnumerable<UsageDayRow> UsageAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var (from, to) in of.Days())
        {
            foreach (var row in await of.Store.Usage.QueryAllAsync(new UsageQuery(At(from), At(to), s_usage), ct))
            {
                yield return new UsageDayRow(
                    row.Group[0], of.Email(row.Group[1]), row.Group[2].Length == 0 ? null : row.Group[2], row.Group[3], row.Group[4], row.Group[5], row.Group[6],
                    row.Requests, row.Errors, row.Estimated, row.Unpriced, row.InputTokens, row.CacheReadTokens, row.CacheWriteTokens, row.OutputTokens,
                    row.ReasoningTokens, row.Cost.ToString(), row.EstimatedCost.ToString());
            }
        }
    }

    private static IAsyncEnumerable<OutcomeView> OutcomesAsync(ExportContext of, CancellationToken ct) =>
        Outcomes(of, ct).Select(outcome => OutcomeView.Of(outcome, of.Caller.Directory, of.NowMs));

    private static async IAsyncEnumerable<OutcomeStepRow> StepsAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var some in Outcomes(of, ct).Chunk(SqlOutcomeStore.LimitMax).WithCancellation(ct))
        {
            var steps = await of.Store.Outcomes.StepsAsync([.. some.Select(o => o.Id)], ct);
            foreach (var outcome in some)
            {
                foreach (var step in steps[outcome.Id])
                {
                    yield return new OutcomeStepRow(
                        outcome.Id, outcome.Ref, OutcomeWords.Word(step.What), Rfc3339.FormatMs(step.AtMs), step.Evidence, Rfc3339.FormatMs(step.ToldMs));
                }
            }
        }
    }

    private static async IAsyncEnumerable<OutcomeCommitRow> CommitsAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var some in Outcomes(of, ct).Chunk(SqlOutcomeStore.LimitMax).WithCancellation(ct))
        {
            var commits = await of.Store.Outcomes.CommitsAsync([.. some.Select(o => o.Id)], ct);
            foreach (var outcome in some)
            {
                foreach (var (repo, sha) in commits[outcome.Id])
                {
                    yield return new OutcomeCommitRow(outcome.Id, outcome.Ref, repo, sha);
                }
            }
        }
    }

    private static async IAsyncEnumerable<AnchorRowView> AnchorsAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var (from, to) in of.Days())
        {
            foreach (var anchor in await of.Store.Outcomes.AnchorsAsync(from, to, ct))
            {
                yield return new AnchorRowView(
                    Rfc3339.FormatMs(anchor.AtMs), anchor.Session, anchor.Repo, anchor.Sha, of.Email(anchor.PersonId), anchor.Evidence, anchor.Lines);
            }
        }
    }

    private static async IAsyncEnumerable<DeploymentRow> DeploymentsAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var (from, to) in of.Days())
        {
            foreach (var d in await of.Store.Outcomes.DeploymentsAsync(from, to, ct))
            {
                yield return new DeploymentRow(Rfc3339.FormatMs(d.AtMs), d.Source, d.Ref, d.Repo, d.Sha, d.Environment, d.IsProduction, d.IsSuccess);
            }
        }
    }

    private static async IAsyncEnumerable<TelemetryRow> TelemetryAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var (from, to) in of.Days())
        {
            for (var hour = from; hour < to; hour += HourMs)
            {
                foreach (var (key, value, points) in await of.Store.Telemetry.SumsAsync(hour, Math.Min(hour + HourMs, to), ct))
                {
                    yield return new TelemetryRow(
                        Rfc3339.FormatMs(key.HourMs), of.Email(key.PersonId), key.TeamId, key.Emitter, key.Version, key.Metric, key.Model, key.Detail, value, points);
                }
            }
        }
    }

    private static async IAsyncEnumerable<SignalView> SignalsAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        string? before = null;
        while (true)
        {
            var page = await of.Store.Signals.ListAsync(new SignalQuery(null, null, null, before, SqlSignalStore.LimitMax), ct);
            foreach (var signal in page)
            {
                yield return SignalView.Of(signal, of.Caller);
            }

            if (page.Count < SqlSignalStore.LimitMax)
            {
                yield break;
            }

            before = page[^1].Id;
        }
    }

    private static async IAsyncEnumerable<JudgmentView> JudgmentsAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        var now = At(of.NowMs);
        foreach (var log in await of.Library.ForAsync(of.Caller.Rules, ct))
        {
            foreach (var entry in log.Log.Entries)
            {
                yield return JudgmentView.Of(new FoundEntry(log, entry), now);
            }
        }
    }

    private static async IAsyncEnumerable<BudgetView> BudgetsAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        var budgets = of.Caller.Directory.Data.Budgets;
        var balances = await of.Balances.BalancesAsync(budgets, ct);
        foreach (var budget in budgets)
        {
            yield return BudgetView.Of(budget, balances.GetValueOrDefault(budget.Id), of.Caller.Directory, of.Caller.Viewer, of.NowMs);
        }
    }

    private static async IAsyncEnumerable<BudgetRequestView> RequestsAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        string? before = null;
        while (true)
        {
            var page = await of.Store.BudgetRequests.ListAsync(new BudgetRequestQuery(of.NowMs, null, null, before, SqlBudgetRequestStore.LimitMax), ct);
            foreach (var request in page)
            {
                yield return BudgetRequestView.Of(request, null, of.Caller.Directory, of.NowMs);
            }

            if (page.Count < SqlBudgetRequestStore.LimitMax)
            {
                yield break;
            }

            before = page[^1].Id;
        }
    }

    private static async IAsyncEnumerable<ExperimentView> ExperimentsAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        foreach (var experiment in of.Caller.Directory.Data.Experiments)
        {
            ct.ThrowIfCancellationRequested();
            yield return ExperimentView.Of(experiment, of.Caller, of.Caller.Directory, of.NowMs);
        }
    }

    private static async IAsyncEnumerable<AuditRow> AuditAsync(ExportContext of, [EnumeratorCancellation] CancellationToken ct)
    {
        long? after = null;
        while (true)
        {
            var page = await of.Store.Directory.AuditAsync(after, RequestQuery.LimitMax, ct);
            foreach (var entry in page)
            {
                yield return new AuditRow(
                    entry.Id.ToString(CultureInfo.InvariantCulture), Rfc3339.FormatMs(entry.AtMs), entry.Version, of.Email(entry.Actor) ?? entry.Actor, entry.Action, entry.Subject, entry.Before, entry.After);
            }

            if (page.Count < RequestQuery.LimitMax)
            {
                yield break;
            }

            after = page[^1].Id;
        }
    }

    private static IAsyncEnumerable<Outcome> Outcomes(ExportContext of, CancellationToken ct) =>
        of.Store.Outcomes.AllAsync(new OutcomeQuery { FromMs = of.FromMs, ToMs = of.ToMs, NowMs = of.NowMs }, ct);

    private static DateTimeOffset At(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
