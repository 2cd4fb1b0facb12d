using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Assay.Sim.Faults;

namespace Assay.Sim.Script;

/// <summary>
/// What one call asks of the simulator. Written as <c>key=value;key=value</c> or as a JSON object in the header
/// <c>x-sim</c>, or at the end of the model's name as <c>-sim-key-value--key-value</c>. All keys are in
/// <c>docs/simulator.md</c>.
/// </summary>
public sealed record SimInstructions
{
    public SimFault Fault { get; init; }

    /// <summary>The error status to answer with, such as 429, 500, 503 or 529.</summary>
    public int? Status { get; init; }

    /// <summary>Seconds in <c>Retry-After</c> of an error.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Wait before the headers.</summary>
    public TimeSpan First { get; init; }

    /// <summary>Wait before every event.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The content event (from 1) at which a fault strikes; half of them if not said.</summary>
    public int? At { get; init; }

    /// <summary>Visible output tokens of each choice; wins over the request's own bound.</summary>
    public int? Tokens { get; init; }

    /// <summary>In how many events the text of a stream is sent.</summary>
    public int? Events { get; init; }

    public int? Reasoning { get; init; }

    /// <summary>Input tokens that touch no cache.</summary>
    public int? Input { get; init; }

    public int? CacheRead { get; init; }

    public int? CacheWrite5m { get; init; }

    public int? CacheWrite1h { get; init; }

    public int? AudioInput { get; init; }

    public int? AudioOutput { get; init; }

    /// <summary>Web searches run by the provider.</summary>
    public int? Searches { get; init; }

    /// <summary>Prompt tokens of tools that the provider ran itself (Gemini).</summary>
    public int? ToolPrompt { get; init; }

    /// <summary>Extra bytes of <see cref="SimFault.HugeBody"/>.</summary>
    public long? Bytes { get; init; }

    public UsageTelling Usage { get; init; }

    /// <summary>The name of the tool to call, or <c>none</c> to call none.</summary>
    public string? Tool { get; init; }

    /// <summary>What to call it with, as JSON; drawn from its schema if not said.</summary>
    public string? Arguments { get; init; }

    /// <summary>After so many results of tools in the request none is called any more, so that a session comes to its end.</summary>
    public int? Turns { get; init; }

    /// <summary>The service tier to name in the answer.</summary>
    public string? Tier { get; init; }

    /// <summary><c>gzip</c> or <c>br</c>, where the client accepts it.</summary>
    public string? Encoding { get; init; }

    /// <summary>In how many of a hundred calls something goes wrong, drawn from the seed.</summary>
    public int? Chaos { get; init; }

    /// <summary>Unknown fields, odd white space, comments and repeated headers: all legal, none usual.</summary>
    public bool Unusual { get; init; }

    /// <summary>Reads instructions in either notation over those given.</summary>
    public static bool TryParse(
        string text, SimInstructions onto, out SimInstructions instructions, [NotNullWhen(false)] out string? error)
    {
        instructions = onto;
        error = null;
        if (text.TrimStart().StartsWith('{'))
        {
            return TryParseJson(text, ref instructions, out error);
        }

        foreach (var item in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = equals < 0 ? (item, "true") : (item[..equals].Trim(), item[(equals + 1)..].Trim());
            if (!TrySet(ref instructions, key, value, out error))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes instructions off the end of a model's name.</summary>
    public static bool TryParseModel(
        string model,
        SimInstructions onto,
        out string baseModel,
        out SimInstructions instructions,
        [NotNullWhen(false)] out string? error)
    {
        baseModel = model;
        instructions = onto;
        error = null;
        var marker = model.IndexOf("-sim-", StringComparison.Ordinal);
        if (marker < 0)
        {
            return true;
        }

        baseModel = model[..marker];
        foreach (var item in model[(marker + 5)..].Split("--", StringSplitOptions.RemoveEmptyEntries))
        {
            // "retry-after-2", "cache-read-80": the value is what follows the longest known key.
            var known = SimInstructionKeys.All.FirstOrDefault(k =>
                item.StartsWith(k, StringComparison.OrdinalIgnoreCase) && (item.Length == k.Length || item[k.Length] == '-'));
            if (known is null)
            {
                error = $"unknown instruction '{item}' in the model's name";
                return false;
            }

            if (!TrySet(ref instructions, known, item.Length == known.Length ? "true" : item[(known.Length + 1)..], out error))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryParseJson(string text, ref SimInstructions instructions, [NotNullWhen(false)] out string? error)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                var value = property.Value.ValueKind == JsonValueKind.String
                    ? property.Value.GetString()!
                    : property.Value.GetRawText();
                if (!TrySet(ref instructions, property.Name, value, out error))
                {
                    return false;
                }
            }
        }
        catch (JsonException e)
        {
            error = $"x-sim is not JSON: {e.Message}";
            return false;
        }

        error = null;
        return true;
    }

    private static bool TrySet(ref SimInstructions to, string key, string value, [NotNullWhen(false)] out string? error)
    {
        var set = SimInstructionKeys.Set(to, key.ToLowerInvariant(), value);
        error = set is null ? $"unknown or unreadable instruction '{key}={value}'" : null;
        to = set ?? to;
        return set is not null;
    }

    internal static TimeSpan? ReadTime(string value)
    {
        var (digits, scale) = value switch
        {
            _ when value.EndsWith("ms", StringComparison.Ordinal) => (value[..^2], 1),
            _ when value.EndsWith('s') => (value[..^1], 1000),
            _ when value.EndsWith('m') => (value[..^1], 60_000),
            _ => (value, 1),
        };
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.FromMilliseconds((double)number * scale)
            : null;
    }
}
