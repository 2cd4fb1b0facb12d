using System.Text.Json;

namespace Assay.Server.Mcp;

/// <summary>What a tool call got wrong; the message is for the agent, which can mend it.</summary>
internal sealed class ToolFault(string message) : Exception(message);

/// <summary>The arguments of one call, read against the announced schema: closed, typed, and with its limits.</summary>
internal sealed class ToolArguments
{
    private readonly IReadOnlyDictionary<string, JsonElement> _values;
    private readonly JsonElement _properties;

    public ToolArguments(JsonElement schema, IReadOnlyDictionary<string, JsonElement> values)
    {
        _values = values;
        _properties = schema.GetProperty("properties");
        foreach (var (name, value) in values)
        {
            if (!_properties.TryGetProperty(name, out var shape))
            {
                throw new ToolFault($"{Shorten(name)} is no argument of this tool. Its arguments are: {Names(_properties)}.");
            }

            if (value.ValueKind != JsonValueKind.Null)
            {
                Check(name, shape, value);
            }
        }

        foreach (var required in schema.GetProperty("required").EnumerateArray().Select(r => r.GetString()!).Where(r => !Has(r)))
        {
            throw new ToolFault($"{required} is missing.");
        }
    }

    public string? Text(string name) => Has(name) && _values[name].GetString() is { Length: > 0 } text ? text : null;

    public int Number(string name, int otherwise) => Has(name) ? _values[name].GetInt32() : otherwise;

    public bool Flag(string name) => Has(name) && _values[name].GetBoolean();

    public IReadOnlyList<JsonElement> Items(string name) => Has(name) ? [.. _values[name].EnumerateArray()] : [];

    public IReadOnlyList<string> Texts(string name) => [.. Items(name).Select(item => item.GetString()!)];

    private bool Has(string name) => _values.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private static void Check(string name, JsonElement shape, JsonElement value)
    {
        switch (shape.GetProperty("type").GetString())
        {
            case "string":
                Need(value.ValueKind == JsonValueKind.String, name, "is a text");
                var length = value.GetString()!.Length;
                Need(length >= Limit(shape, "minLength", 0) && length <= Limit(shape, "maxLength", int.MaxValue), name,
                    $"has {Limit(shape, "minLength", 0)} to {Limit(shape, "maxLength", int.MaxValue)} characters");
                Need(!shape.TryGetProperty("enum", out var words) || words.EnumerateArray().Any(w => w.ValueEquals(value.GetString())), name,
                    $"is one of {(shape.TryGetProperty("enum", out words) ? words.GetRawText() : "")}");
                break;
            case "integer":
                Need(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
                    && number >= Limit(shape, "minimum", 0) && number <= Limit(shape, "maximum", int.MaxValue), name,
                    $"is a whole number from {Limit(shape, "minimum", 0)} to {Limit(shape, "maximum", int.MaxValue)}");
                break;
            case "boolean":
                Need(value.ValueKind is JsonValueKind.True or JsonValueKind.False, name, "is true or false");
                break;
            case "array":
                Need(value.ValueKind == JsonValueKind.Array, name, "is a list");
                Need(value.GetArrayLength() >= Limit(shape, "minItems", 0) && value.GetArrayLength() <= Limit(shape, "maxItems", int.MaxValue), name,
                    $"has {Limit(shape, "minItems", 0)} to {Limit(shape, "maxItems", int.MaxValue)} items");
                foreach (var item in value.EnumerateArray())
                {
                    Check(name + "[]", shape.GetProperty("items"), item);
                }

                break;
            default:
                Need(value.ValueKind == JsonValueKind.Object, name, "is an object");
                var fields = value.EnumerateObject().ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal);
                _ = new ToolArguments(shape, fields);
                break;
        }
    }

    private static int Limit(JsonElement shape, string name, int otherwise) =>
        shape.TryGetProperty(name, out var limit) ? limit.GetInt32() : otherwise;

    private static void Need(bool isTrue, string name, string what)
    {
        if (!isTrue)
        {
            throw new ToolFault($"{name} {what}.");
        }
    }

    private static string Names(JsonElement properties) => string.Join(", ", properties.EnumerateObject().Select(p => p.Name));

    private static string Shorten(string name) => name.Length <= 64 ? name : name[..64] + "…";
}
