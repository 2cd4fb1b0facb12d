using System.Globalization;
using Assay.Ledger.Usage;
using Assay.Server.Console.Figures;
using Assay.Server.Store;

namespace Assay.Server.Console.Requests;

/// <summary>What the list's address says. The address is the state: it can be kept, sent and gone back to.</summary>
internal sealed record RequestsState
{
    private static readonly string[] s_filters = ["model", "provider", "use", "client", "session"];

    public static readonly IReadOnlyList<string> Sorts = ["time", "tokens", "took", "cost"];

    public static readonly IReadOnlyList<(string Value, string Label)> Outcomes =
    [
        ("", "Any"),
        ("completed", "Completed"),
        ("providererror", "Provider's error"),
        ("clientgone", "Client left"),
        ("providerbroke", "Provider broke off"),
        ("providersilent", "Timed out"),
        ("notconnected", "Not connected"),
        ("processdied", "Gateway died"),
        ("shutdown", "Shut down"),
    ];

    public required bool Everybody { get; init; }

    public required Period Period { get; init; }

    public required string Sort { get; init; }

    public required CallOutcome? Outcome { get; init; }

    public required RequestCursor? After { get; init; }

    public required IReadOnlyDictionary<string, string> Filters { get; init; }

    /// <summary>Reads the address. What cannot be read counts as not said.</summary>
    public static RequestsState Read(IQueryCollection query, bool mayEverybody, OrgClock clock) => new()
    {
        Everybody = mayEverybody && query["who"] == "all",
        Period = Period.Read(query["period"], PeriodKind.Week, clock),
        Sort = Sorts.FirstOrDefault(sort => sort == query["sort"], "time"),
        Outcome = Enum.TryParse<CallOutcome>(query["outcome"], ignoreCase: true, out var outcome)
            && Enum.IsDefined(outcome) && !int.TryParse(query["outcome"], out _) ? outcome : null,
        After = ReadCursor(query["after"]),
        Filters = s_filters
            .Where(name => query[name] is [{ Length: > 0 and <= 256 }])
            .ToDictionary(name => name, name => query[name].ToString(), StringComparer.Ordinal),
    };

    public string? this[string filter] => Filters.GetValueOrDefault(filter);

    public UsageFilter Filter(UsageFilter scope) => scope with
    {
        Model = this["model"],
        Provider = this["provider"],
        UseCase = this["use"],
        Client = this["client"],
        Session = this["session"],
    };

    /// <summary>The address of this state.</summary>
    public string Href(string? sort = null, PeriodKind? period = null, bool? everybody = null, RequestCursor? after = null, bool withFilters = true)
    {
        var parts = new List<string>();
        Add("who", everybody ?? Everybody ? "all" : null);
        var kind = period ?? Period.Kind;
        Add("period", kind == PeriodKind.Week ? null : Period.WordOf(kind));
        if (withFilters)
        {
            foreach (var (name, value) in Filters)
            {
                Add(name, value);
            }

            Add("outcome", Outcome is { } outcome ? outcome.ToString().ToLowerInvariant() : null);
        }

        Add("sort", (sort ?? Sort) == "time" ? null : sort ?? Sort);
        Add("after", after is { } place ? $"{place.StartedAtMs.ToString(CultureInfo.InvariantCulture)}-{place.Id:N}" : null);
        return parts.Count == 0 ? "/requests" : "/requests?" + string.Join('&', parts);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }
    }

    private static RequestCursor? ReadCursor(string? text) =>
        text?.Split('-') is [var time, var id]
        && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
        && Guid.TryParseExact(id, "N", out var guid)
            ? new RequestCursor(ms, guid)
            : null;
}
