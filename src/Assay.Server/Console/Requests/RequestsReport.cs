using Assay.Ledger.Usage;
using Assay.Server.Api;
using Assay.Server.Console.Figures;
using Assay.Server.Store;

namespace Assay.Server.Console.Requests;

/// <summary>Reads single calls: one's own, or everybody's for those who may see them.</summary>
internal sealed class RequestsReport(IUsageStore usage, OrgClock clock)
{
    private const int PageRows = 50;

    public async Task<RequestsView> ReadAsync(Caller caller, IQueryCollection query, CancellationToken ct)
    {
        var state = RequestsState.Read(query, caller.Rules.SeesCompany, clock);
        var scope = state.Everybody ? UsageFilter.None : caller.Rules.OwnUsage;
        var byTime = state.Sort == "time";
        var found = await usage.RequestsAsync(
            new RequestQuery
            {
                From = state.Period.From,
                To = state.Period.To,
                Filter = state.Filter(scope),
                Outcome = state.Outcome,
                After = byTime ? state.After : null,
                // One more than fits tells whether there is another page.
                Limit = byTime ? PageRows + 1 : RequestQuery.LimitMax,
            },
            ct);
        var options = await usage.QueryAsync(
            new UsageQuery(
                state.Period.From, state.Period.To, [UsageDimension.Provider, UsageDimension.Model, UsageDimension.UseCase])
            {
                Filter = scope,
            },
            ct);
        var calls = Sorted(found, state.Sort).Take(PageRows).ToList();
        var last = calls.Count > 0 ? calls[^1] : null;
        return new RequestsView(
            calls,
            calls.ToDictionary(call => call.Id, call => RequestTimes.Of(call.StartedAtMs, clock)),
            state.Everybody ? Names(caller, calls) : null,
            caller.Rules.SeesCompany
                ? [new("Mine", state.Href(everybody: false), !state.Everybody), new("Everybody’s", state.Href(everybody: true), state.Everybody)]
                : [],
            [.. Period.All.Select(kind => new Choice(Period.LabelOf(kind), state.Href(period: kind), kind == state.Period.Kind))],
            Fields(state, options),
            Hidden(state),
            RequestsState.Sorts.ToDictionary(sort => sort, sort => state.Href(sort: sort), StringComparer.Ordinal),
            state.Sort,
            Finding(state, found, calls),
            byTime && state.After is not null ? state.Href() : null,
            byTime && found.Count > PageRows && last is not null
                ? state.Href(after: new RequestCursor(last.StartedAtMs, last.Id))
                : null,
            state.Filters.Count > 0 || state.Outcome is not null ? state.Href(withFilters: false) : null);
    }

    private static IEnumerable<UsageEvent> Sorted(IReadOnlyList<UsageEvent> calls, string sort) => sort switch
    {
        "cost" => calls.OrderByDescending(call => call.Cost),
        "tokens" => calls.OrderByDescending(call => call.Counts.TotalTokens),
        "took" => calls.OrderByDescending(call => call.DurationMs),
        _ => calls,
    };

    private static string Finding(RequestsState state, IReadOnlyList<UsageEvent> found, List<UsageEvent> calls)
    {
        if (calls.Count == 0)
        {
            return state.After is not null ? "There are no earlier calls." : $"No calls {state.Period.InWords} with these filters.";
        }

        if (state.Sort == "time")
        {
            return found.Count > PageRows ? $"The newest {PageRows} of more." : Say.Many(calls.Count, "call.", "calls.");
        }

        var among = found.Count == RequestQuery.LimitMax ? $"the newest {Say.Count(found.Count)}" : Say.Many(found.Count, "call", "calls");
        return $"The first {calls.Count} among {among}.";
    }

    private static IReadOnlyList<RequestField> Fields(RequestsState state, IReadOnlyList<UsageRow> options) =>
    [
        Choose(state, options, "model", "Model", 1),
        Choose(state, options, "provider", "Provider", 0),
        Choose(state, options, "use", "Use case", 2),
        new("client", "Tool", state["client"] ?? "", null),
        new("session", "Session", state["session"] ?? "", null),
        new("outcome", "Outcome", state.Outcome?.ToString().ToLowerInvariant() ?? "", RequestsState.Outcomes),
    ];

    private static RequestField Choose(
        RequestsState state, IReadOnlyList<UsageRow> rows, string name, string label, int dimension)
    {
        var chosen = state[name] ?? "";
        var values = rows.Select(row => row.Group[dimension]).Append(chosen).Where(value => value.Length > 0)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return new RequestField(name, label, chosen, [("", "Any"), .. values.Select(value => (value, value))]);
    }

    private static List<(string Name, string Value)> Hidden(RequestsState state)
    {
        var hidden = new List<(string, string)>();
        if (state.Everybody)
        {
            hidden.Add(("who", "all"));
        }

        if (state.Period.Kind != PeriodKind.Week)
        {
            hidden.Add(("period", state.Period.Word));
        }

        if (state.Sort != "time")
        {
            hidden.Add(("sort", state.Sort));
        }

        return hidden;
    }

    private static Dictionary<string, string> Names(Caller caller, IEnumerable<UsageEvent> calls) =>
        calls.Select(call => call.PersonId).Distinct(StringComparer.Ordinal)
            .ToDictionary(id => id, id => caller.Directory.FindPerson(id)?.Name ?? "unknown", StringComparer.Ordinal);
}
