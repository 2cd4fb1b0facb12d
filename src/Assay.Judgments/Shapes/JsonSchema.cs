using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Judgments.Entries;

namespace Assay.Judgments.Shapes;

/// <summary>Writes the JSON Schema (draft 2020-12) of an entry's front matter from the shape that the reader checks.</summary>
public static class JsonSchema
{
    public static string OfFrontMatter()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(
            buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", $"Judgment, front matter, version {FrontMatter.Version}");
            json.WriteString("description", "The front matter of *.judgment.md; see judgment-format.md. Formats are asserted.");
            WriteMembers(json, FrontMatter.Shape);
            WriteRules(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void Write(Utf8JsonWriter json, Shape shape, string description)
    {
        json.WriteStartObject();
        if (description.Length > 0)
        {
            json.WriteString("description", description);
        }

        WriteMembers(json, shape);
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, Shape shape)
    {
        switch (shape)
        {
            case TextShape text:
                WriteText(json, text);
                break;
            case WholeNumberShape number:
                json.WriteString("type", "integer");
                json.WriteNumber("minimum", number.Min);
                json.WriteNumber("maximum", number.Max);
                break;
            case FlagShape:
                json.WriteString("type", "boolean");
                break;
            case ListShape list:
                json.WriteString("type", "array");
                json.WriteNumber("maxItems", list.CountMax);
                if (list.Distinct)
                {
                    json.WriteBoolean("uniqueItems", true);
                }

                json.WritePropertyName("items");
                Write(json, list.Item, "");
                break;
            case MapShape map:
                WriteMap(json, map);
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter json, TextShape text)
    {
        json.WriteString("type", "string");
        if (text.OneOf is { } words)
        {
            json.WriteStartArray("enum");
            foreach (var word in words)
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
            return;
        }

        json.WriteNumber("minLength", text.LengthMin);
        json.WriteNumber("maxLength", text.LengthMax);
        var (keyword, value) = text.Form switch
        {
            TextForm.Uuid => ("pattern", "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
            TextForm.DateTime => ("format", "date-time"),
            TextForm.Date => ("format", "date"),
            TextForm.Email => ("format", "email"),
            _ => ("", ""),
        };
        if (keyword.Length > 0)
        {
            json.WriteString(keyword, value);
        }
    }

    private static void WriteMap(Utf8JsonWriter json, MapShape map)
    {
        json.WriteString("type", "object");
        json.WriteStartArray("required");
        foreach (var field in map.Fields.Where(f => f.IsRequired))
        {
            json.WriteStringValue(field.Name);
        }

        json.WriteEndArray();
        json.WriteStartObject("properties");
        foreach (var field in map.Fields)
        {
            json.WritePropertyName(field.Name);
            Write(json, field.Shape, field.Description);
        }

        json.WriteEndObject();
        json.WriteStartObject("patternProperties");
        json.WriteStartObject($"^{ShapeCheck.ExtensionPrefix}");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteBoolean("additionalProperties", false);
    }

    /// <summary>What depends on another field; the linter says the same in words (JL004, JL008, JL021).</summary>
    private static void WriteRules(Utf8JsonWriter json)
    {
        json.WritePropertyName("allOf");
        json.WriteRawValue(
            """
            [
                { "if": { "not": { "required": ["origin"] }, "properties": { "status": { "enum": ["accepted", "rejected"] } } }, "then": { "required": ["owner"] } },
                { "if": { "not": { "required": ["origin"] }, "properties": { "status": { "const": "accepted" }, "stage": { "not": { "const": "review" } } } }, "then": { "required": ["confidence"] } },
                { "if": { "properties": { "stage": { "const": "review" } } }, "then": { "required": ["reviews", "result"] } }
              ]
            """);
    }
}
