using System.Globalization;
using Assay.Sim.Faults;

namespace Assay.Sim.Script;

/// <summary>The keys of instructions, in one table with what they set.</summary>
internal static class SimInstructionKeys
{
    private static readonly Dictionary<string, Func<SimInstructions, string, SimInstructions?>> s_setters = new(StringComparer.Ordinal)
    {
        ["fault"] = SetFault,
        ["status"] = Number((i, n) => i with { Status = n }),
        ["retry-after"] = Number((i, n) => i with { RetryAfter = n }),
        ["first"] = Time((i, t) => i with { First = t }),
        ["delay"] = Time((i, t) => i with { Delay = t }),
        ["at"] = Number((i, n) => i with { At = n }),
        ["tokens"] = Number((i, n) => i with { Tokens = n }),
        ["events"] = Number((i, n) => i with { Events = n }),
        ["reasoning"] = Number((i, n) => i with { Reasoning = n }),
        ["input"] = Number((i, n) => i with { Input = n }),
        ["cache-read"] = Number((i, n) => i with { CacheRead = n }),
        ["cache-write-5m"] = Number((i, n) => i with { CacheWrite5m = n }),
        ["cache-write-1h"] = Number((i, n) => i with { CacheWrite1h = n }),
        ["audio-input"] = Number((i, n) => i with { AudioInput = n }),
        ["audio-output"] = Number((i, n) => i with { AudioOutput = n }),
        ["searches"] = Number((i, n) => i with { Searches = n }),
        ["tool-prompt"] = Number((i, n) => i with { ToolPrompt = n }),
        ["bytes"] = Number((i, n) => i with { Bytes = n }),
        ["usage"] = SetUsage,
        ["tool"] = (i, v) => i with { Tool = v },
        ["arguments"] = (i, v) => i with { Arguments = v },
        ["turns"] = Number((i, n) => i with { Turns = n }),
        ["tier"] = (i, v) => i with { Tier = v },
        ["encoding"] = (i, v) => v is "gzip" or "br" ? i with { Encoding = v } : null,
        ["chaos"] = Number((i, n) => n <= 100 ? i with { Chaos = n } : i),
        ["unusual"] = (i, v) => i with { Unusual = v is "true" or "1" },
    };

    /// <summary>All keys, the longest first.</summary>
    public static IReadOnlyList<string> All { get; } = [.. s_setters.Keys.OrderByDescending(k => k.Length)];

    public static SimInstructions? Set(SimInstructions instructions, string key, string value) =>
        s_setters.TryGetValue(key, out var set) ? set(instructions, value) : null;

    private static SimInstructions? SetFault(SimInstructions i, string value)
    {
        var name = value.ToLowerInvariant();
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            return status is >= 400 and <= 599 ? i with { Status = status } : null;
        }

        return name switch
        {
            "slow-first-byte" => i with { First = i.First > TimeSpan.Zero ? i.First : TimeSpan.FromSeconds(5) },
            "slow-events" => i with { Delay = i.Delay > TimeSpan.Zero ? i.Delay : TimeSpan.FromSeconds(1) },
            "usage-missing" => i with { Usage = UsageTelling.Never },
            "usage-twice" => i with { Usage = UsageTelling.Twice },
            "usage-every" => i with { Usage = UsageTelling.Every },
            "usage-last-choice" => i with { Usage = UsageTelling.LastChoice },
            _ => TryName<SimFault>(name) is { } fault ? i with { Fault = fault } : null,
        };
    }

    private static SimInstructions? SetUsage(SimInstructions i, string value) =>
        TryName<UsageTelling>(value.ToLowerInvariant()) is { } telling ? i with { Usage = telling } : null;

    private static T? TryName<T>(string name)
        where T : struct, Enum
    {
        var plain = name.Replace("-", "", StringComparison.Ordinal);
        return !plain.Any(char.IsDigit) || plain == "invalidutf8"
            ? Enum.TryParse<T>(plain, ignoreCase: true, out var value) ? value : null
            : null;
    }

    private static Func<SimInstructions, string, SimInstructions?> Number(Func<SimInstructions, int, SimInstructions> set) =>
        (i, v) => int.TryParse(v, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? set(i, n) : null;

    private static Func<SimInstructions, string, SimInstructions?> Time(Func<SimInstructions, TimeSpan, SimInstructions> set) =>
        (i, v) => SimInstructions.ReadTime(v) is { } time ? set(i, time) : null;
}
