using System.Buffers;
using System.Text.Json;
using Assay.Translation.Json;

namespace Assay.Translation.Gemini;

/// <summary>
/// Gemini's own schema (OpenAPI's, with types in capitals and <c>nullable</c>) as a JSON schema. The other way is not
/// needed: Gemini takes JSON schemas too.
/// </summary>
internal static class GeminiSchema
{
    public static byte[] ToJsonSchema(JsonElement schema)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, JsonWriting.Options))
        {
            Write(json, schema);
        }

        return output.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
        {
            json.WriteElement(schema);
            return;
        }

        var nullable = schema.Get("nullable").ValueKind == JsonValueKind.True;
        json.WriteStartObject();
        foreach (var member in schema.EnumerateObject())
        {
            var name = GeminiNames.Camel(member.Name);
            switch (name)
            {
                case "nullable" or "propertyOrdering":
                    break;
                case "example":
                    json.WriteStartArray("examples"u8);
                    json.WriteElement(member.Value);
                    json.WriteEndArray();
                    break;
                case "type" when member.Value.ValueKind == JsonValueKind.String:
                    WriteType(json, member.Value.Name(), nullable);
                    break;
                case "items" or "additionalProperties":
                    json.WritePropertyName(name);
                    Write(json, member.Value);
                    break;
                case "properties" or "defs" or "$defs":
                    json.WriteStartObject(name);
                    foreach (var property in member.Value.AsObject().EnumerateObject())
                    {
                        json.WritePropertyName(property.Name);
                        Write(json, property.Value);
                    }

                    json.WriteEndObject();
                    break;
                case "anyOf":
                    json.WriteStartArray(name);
                    foreach (var option in member.Value.AsArray(1_024).EnumerateArray())
                    {
                        Write(json, option);
                    }

                    json.WriteEndArray();
                    break;
                case "minItems" or "maxItems" or "minLength" or "maxLength" or "minProperties" or "maxProperties":
                    json.WriteNumberIfSet(System.Text.Encoding.ASCII.GetBytes(name), member.Value.AsWhole());
                    break;
                default:
                    json.WritePropertyName(name);
                    json.WriteElement(member.Value);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter json, string type, bool nullable)
    {
        var lower = type.ToLowerInvariant();
        if (!nullable)
        {
            json.WriteString("type"u8, lower);
            return;
        }

        json.WriteStartArray("type"u8);
        json.WriteStringValue(lower);
        json.WriteStringValue("null"u8);
        json.WriteEndArray();
    }
}
