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

    /// <summary>The sums of a rollup, in the order of <see cref="RollupSums"/>.</summary>
    public static readonly string[] Sums =
        ["requests", "errors", "estimated", "unpriced", "cost", "estimated_cost", .. Classes];

    private static readonly string[] s_rollupKey =
        ["team", "person", "agent", "key", "use_case", "provider", "model"];

    public static readonly string[] Hour = ["hour", "day", .. s_rollupKey, .. Sums];

    public static readonly string[] Day = ["day", .. s_rollupKey, .. Sums];

    /// <summary>The columns of what an account is charged.</summary>
    public static readonly string[] Charge =
        ["account", "node", "hour", "money", "tokens", "money_overage", "tokens_overage"];

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

    /// <summary>What adds a rollup row's sums to those already there. {0} stands for the source of the rows.</summary>
    public static string Upsert(string table, string[] columns, string source)
    {
        var keys = string.Join(", ", [columns[0], .. s_rollupKey]);
        var sums = string.Join(", ", Sums.Select(sum => $"{sum} = {table}.{sum} + excluded.{sum}"));
        return $"insert into {table} ({string.Join(", ", columns)}) {source} "
            + $"on conflict ({keys}) do update set {sums}";
    }

    /// <summary>Whether a class is so rare that an attempt's row leaves it null when it is zero.</summary>
    public static bool IsRare(UsageClass usageClass) => usageClass switch
    {
        UsageClass.Input or UsageClass.CacheRead or UsageClass.CacheWrite5m or UsageClass.Output
            or UsageClass.Reasoning or UsageClass.Request => false,
        _ => true,
    };
}
