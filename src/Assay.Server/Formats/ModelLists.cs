using System.Buffers;
using System.Text.Json;

namespace Assay.Server.Formats;

/// <summary>A model as it is offered to clients.</summary>
/// <param name="Id">The name to ask for.</param>
/// <param name="DisplayName">The name to show; empty for the id.</param>
/// <param name="CreatedAt">When it appeared; the Unix epoch if unknown, as Anthropic does.</param>
/// <param name="ContextWindow">How many input tokens it takes, if known.</param>
/// <param name="OwnedBy">Who serves it.</param>
internal sealed record ModelListing(
    string Id, string DisplayName, DateTimeOffset CreatedAt, long? ContextWindow = null, string OwnedBy = "assay")
{
    /// <summary>Whether it makes vectors of texts and answers nothing else.</summary>
    public bool IsForVectors { get; init; }
}

/// <summary>Writes lists of models, and single ones, in each format.</summary>
internal static class ModelLists
{
    public static byte[] List(WireFormat format, IReadOnlyList<ModelListing> models) => Write(json =>
    {
        json.WriteStartObject();
        if (format == WireFormat.OpenAI)
        {
            json.WriteString("object"u8, "list"u8);
        }

        json.WriteStartArray(format == WireFormat.Gemini ? "models"u8 : "data"u8);
        foreach (var model in models)
        {
            WriteModel(json, format, model);
        }

        json.WriteEndArray();
        if (format == WireFormat.Anthropic)
        {
            json.WriteBoolean("has_more"u8, false);
            WriteEnd(json, "first_id"u8, models.Count > 0 ? models[0].Id : null);
            WriteEnd(json, "last_id"u8, models.Count > 0 ? models[^1].Id : null);
        }

        json.WriteEndObject();
    });

    public static byte[] One(WireFormat format, ModelListing model) => Write(json => WriteModel(json, format, model));

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteEnd(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? id)
    {
        if (id is null)
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteString(name, id);
        }
    }

    private static void WriteModel(Utf8JsonWriter json, WireFormat format, ModelListing model)
    {
        var displayName = model.DisplayName.Length > 0 ? model.DisplayName : model.Id;
        json.WriteStartObject();
        switch (format)
        {
            case WireFormat.Anthropic:
                json.WriteString("type"u8, "model"u8);
                json.WriteString("id"u8, model.Id);
                json.WriteString("display_name"u8, displayName);
                json.WriteString("created_at"u8, model.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
                WriteContext(json, "max_input_tokens"u8, model);
                break;
            case WireFormat.Gemini:
                json.WriteString("name"u8, "models/" + model.Id);
                json.WriteString("displayName"u8, displayName);
                WriteContext(json, "inputTokenLimit"u8, model);
                json.WriteStartArray("supportedGenerationMethods"u8);
                json.WriteStringValue(model.IsForVectors ? "embedContent"u8 : "generateContent"u8);
                json.WriteStringValue(model.IsForVectors ? "batchEmbedContents"u8 : "countTokens"u8);
                json.WriteEndArray();
                break;
            default:
                json.WriteString("id"u8, model.Id);
                json.WriteString("object"u8, "model"u8);
                json.WriteNumber("created"u8, model.CreatedAt.ToUnixTimeSeconds());
                json.WriteString("owned_by"u8, model.OwnedBy);
                WriteContext(json, "context_window"u8, model);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteContext(Utf8JsonWriter json, ReadOnlySpan<byte> name, ModelListing model)
    {
        if (model.ContextWindow is { } window)
        {
            json.WriteNumber(name, window);
        }
    }
}
