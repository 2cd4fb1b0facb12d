using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Assay.Server.Hosting;

/// <summary>A configuration that cannot be used, with every fault that was found.</summary>
public sealed class ConfigException(IReadOnlyList<string> faults)
    : Exception("The configuration cannot be used:" + string.Concat(faults.Select(f => $"{Environment.NewLine}  {f}")))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}

/// <summary>
/// Reads <c>assay.json</c> (comments and trailing commas allowed) and lays environment variables over it:
/// <c>Assay__providers__openai__apiKey</c> sets <c>providers.openai.apiKey</c>, whatever the case of the names.
/// </summary>
public static class ConfigLoader
{
    private const string Prefix = "ASSAY__";
    private const long FileBytesMax = 4 * 1024 * 1024;

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        Converters = { new JsonStringEnumConverter(), new LenientBooleanConverter() },
    };

    /// <summary>Loads and checks a configuration.</summary>
    /// <param name="path">The file; null for <c>assay.json</c> in the working directory if it is there.</param>
    /// <param name="environment">The environment, as from <see cref="Environment.GetEnvironmentVariables()"/>.</param>
    /// <exception cref="ConfigException">The file or a value in it cannot be used.</exception>
    public static AssayConfig Load(string? path, IDictionary environment)
    {
        var root = ReadFile(path);
        Overlay(root, environment);
        AssayConfig? config;
        try
        {
            config = root.Deserialize<AssayConfig>(s_options);
        }
        catch (JsonException fault)
        {
            throw new ConfigException([Explain(fault)]);
        }

        config ??= new AssayConfig();
        var faults = ConfigRules.Check(config);
        return faults.Count == 0 ? config : throw new ConfigException(faults);
    }

    private static JsonObject ReadFile(string? path)
    {
        if (path is null)
        {
            path = "assay.json";
            if (!File.Exists(path))
            {
                return [];
            }
        }

        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > FileBytesMax })
            {
                throw new ConfigException([$"{path}: larger than {FileBytesMax / 1024 / 1024} MiB."]);
            }

            using var stream = File.OpenRead(path);
            var node = JsonNode.Parse(
                stream,
                documentOptions: new JsonDocumentOptions
                {
                    CommentHandling = JsonCommentHandling.Skip,
                    AllowTrailingCommas = true,
                });
            return node as JsonObject
                ?? throw new ConfigException([$"{path}: must hold one JSON object, {{ … }}."]);
        }
        catch (JsonException fault)
        {
            throw new ConfigException([$"{path}, line {fault.LineNumber + 1}: not valid JSON. {fault.Message}"]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException([$"{path}: cannot be read. {fault.Message}"]);
        }
    }

    private static void Overlay(JsonObject root, IDictionary environment)
    {
        foreach (DictionaryEntry entry in environment)
        {
            var name = (string)entry.Key;
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || entry.Value is not string value)
            {
                continue;
            }

            var steps = name[Prefix.Length..].Split("__", StringSplitOptions.RemoveEmptyEntries);
            if (steps.Length > 0)
            {
                Set(root, steps, value);
            }
        }
    }

    private static void Set(JsonObject node, ReadOnlySpan<string> steps, string value)
    {
        while (true)
        {
            var wanted = steps[0];
            var key = node.Select(p => p.Key)
                .FirstOrDefault(k => string.Equals(k, wanted, StringComparison.OrdinalIgnoreCase)) ?? wanted;
            if (steps.Length == 1)
            {
                node[key] = ParseValue(value);
                return;
            }

            if (node[key] is not JsonObject child)
            {
                child = [];
                node[key] = child;
            }

            node = child;
            steps = steps[1..];
        }
    }

    // Lists and objects may be given whole, as JSON; everything else is taken as the text it is.
    private static JsonNode? ParseValue(string value)
    {
        if (value.StartsWith('[') || value.StartsWith('{'))
        {
            try
            {
                return JsonNode.Parse(value);
            }
            catch (JsonException)
            {
                return JsonValue.Create(value);
            }
        }

        return JsonValue.Create(value);
    }

    private static string Explain(JsonException fault)
    {
        var path = fault.Path is { Length: > 2 } p ? p[2..] : "the file";
        return fault.Message.Contains("could not be mapped", StringComparison.Ordinal)
            ? $"{path}: unknown key. docs/configuration.md lists the keys."
            : $"{path}: {fault.Message.Split(" Path:")[0]}";
    }

    private sealed class LenientBooleanConverter : JsonConverter<bool>
    {
        public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.True => true,
                JsonTokenType.False => false,
                JsonTokenType.String when bool.TryParse(reader.GetString(), out var value) => value,
                _ => throw new JsonException("must be true or false."),
            };

        public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) =>
            writer.WriteBooleanValue(value);
    }
}
