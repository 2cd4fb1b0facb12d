using Assay.Ledger.Usage;

namespace Assay.Server.Store;

/// <summary>The columns of attempts and rollups, each named once. Both dialects write and read in this order.</summary>
internal static class UsageColumns
{
    /// <summary>Columns that refer to the table of names, in the order of <see cref="NameIds"/>.</summary>
    public static readonly string[] Names =
    [
        "person", "agent", "team", "key", "use_case", "provider", "model", "requested_model", "client", "operation",
        "service_tier", "price_version", "arm",
    ];

    /// <summary>One column for each <see cref="UsageClass"/>, in its order.</summary>
    public static readonly string[] Classes =
    [
        "input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning", "audio_input",
        "audio_cache_read", "audio_output", "image_input", "image_output", "web_search", "tool_call", "request",
    ];

    public static readonly string[] Attempt =
    [
        "started_ms", "id", "request_id", "day", "hour", "duration_ms", "first_byte_ms", .. Names, "session",
        "work_ref", "status", "resolution", "outcome", "marks", "cost", "reserved", .. Classes,
    ];

    /// <summary>The sums of a rollup that are not of tokens or units.</summary>
    public static readonly string[] Amounts = ["requests", "errors", "estimated", "unpriced", "cost", "estimated_cost"];

    /// <summary>The sums of a rollup, in the order of <see cref="RollupSums"/>.</summary>
    public static readonly string[] Sums = [.. Amounts, .. Classes];

    private static readonly TokenSums[] s_classes =
        [.. Classes.Select((name, at) => new TokenSums(name, (UsageClass)at, [name]))];

    private static readonly TokenSums[] s_kinds =
    [
        new("input", UsageClass.Input, ["input", "audio_input", "image_input"]),
        new("cache_read", UsageClass.CacheRead, ["cache_read", "audio_cache_read"]),
        new("cache_write_5m", UsageClass.CacheWrite5m, ["cache_write_5m", "cache_write_1h"]),
        new("output", UsageClass.Output, ["output", "audio_output", "image_output"]),
        new("reasoning", UsageClass.Reasoning, ["reasoning"]),
    ];

    private static readonly string[] s_rollupKey =
        ["team", "person", "agent", "key", "use_case", "provider", "model"];

    public static readonly string[] Hour = ["hour", "day", .. s_rollupKey, .. Sums];

    public static readonly string[] Day = ["day", .. s_rollupKey, .. Sums];

    private static readonly string[] s_modelKey = ["hour", "use_case", "requested_model", "provider", "model"];

    /// <summary>Sums by hour of the whole company: few rows, however many people it has.</summary>
    public static readonly string[] Model = [.. s_modelKey, "day", .. Sums];

    private static readonly string[] s_teamKey = ["day", "team"];

    /// <summary>Sums by day of each team.</summary>
    public static readonly string[] Team = [.. s_teamKey, .. Sums];

    /// <summary>The columns of what an account is charged.</summary>
    public static readonly string[] Charge =
        ["account", "node", "hour", "money", "tokens", "money_overage", "tokens_overage"];

    /// <summary>The sums of tokens and units that a question asks for.</summary>
    public static IReadOnlyList<TokenSums> TokensAs(UsageDetail detail) => detail == UsageDetail.Kinds ? s_kinds : s_classes;

    /// <summary>All sums that a question asks for, in the order of its rows.</summary>
    public static IEnumerable<string> SumsAs(UsageDetail detail) => Amounts.Concat(TokensAs(detail).Select(sum => sum.Name));

    /// <summary>The sum of the text tokens of attempts.</summary>
    public static string TokenSum(string alias) =>
        $"cast(sum({alias}.input + {alias}.cache_read + {alias}.cache_write_5m + coalesce({alias}.cache_write_1h, 0) "
        + $"+ {alias}.output + {alias}.reasoning) as bigint)";

    /// <summary>What adds charges to those already there.</summary>
    public static string AddCharges(string source)
    {
        var sums = string.Join(", ", Charge.Skip(3).Select(sum => $"{sum} = budget_account.{sum} + excluded.{sum}"));
        return $"insert into budget_account ({string.Join(", ", Charge)}) {source} "
            + $"on conflict (account, node, hour) do update set {sums}";
    }

    /// <summary>What adds rows by hour to those already there.</summary>
    /// <param name="source">Of the rows.</param>
    public static string AddHours(string source) => Upsert("usage_hour", ["hour", .. s_rollupKey], Hour, source);

    /// <summary>What adds rows by day to those already there.</summary>
    public static string AddDays(string source) => Upsert("usage_day", ["day", .. s_rollupKey], Day, source);

    /// <summary>What adds the company's rows by model to those already there.</summary>
    public static string AddModels(string source) => Upsert("usage_model", s_modelKey, Model, source);

    /// <summary>What adds rows by team to those already there.</summary>
    public static string AddTeams(string source) => Upsert("usage_team", s_teamKey, Team, source);

    private static string Upsert(string table, string[] keys, string[] columns, string source)
    {
        var sums = string.Join(", ", Sums.Select(sum => $"{sum} = {table}.{sum} + excluded.{sum}"));
        return $"insert into {table} ({string.Join(", ", columns)}) {source} "
            + $"on conflict ({string.Join(", ", keys)}) do update set {sums}";
    }

    /// <summary>Whether a class is so rare that an attempt's row leaves it null when it is zero.</summary>
    public static bool IsRare(UsageClass usageClass) => usageClass switch
    {
        UsageClass.Input or UsageClass.CacheRead or UsageClass.CacheWrite5m or UsageClass.Output
            or UsageClass.Reasoning or UsageClass.Request => false,
        _ => true,
    };
}

/// <summary>A sum of tokens or units.</summary>
/// <param name="Name">The column of the answer.</param>
/// <param name="Class">Where it is put in <see cref="UsageRow.Counts"/>.</param>
/// <param name="Columns">The columns that it is put together from.</param>
internal sealed record TokenSums(string Name, UsageClass Class, string[] Columns);
