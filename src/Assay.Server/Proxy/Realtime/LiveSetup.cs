using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Server.Formats;

namespace Assay.Server.Proxy.Realtime;

/// <summary>The first message of a Live session, which names its model: <c>{"setup":{"model":"models/NAME",…}}</c>.</summary>
/// <param name="Model">The model, without its collection.</param>
/// <param name="Value">Where it stands, with its quotes.</param>
internal sealed record LiveSetup(string Model, BytePart Value)
{
    private const string Collection = "models/";

    /// <summary>Null if the message names no model, or two.</summary>
    public static LiveSetup? Read(ReadOnlySpan<byte> message)
    {
        LiveSetup? found = null;
        try
        {
            var reader = new Utf8JsonReader(message);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isSetup = reader.ValueTextEquals("setup"u8);
                reader.Read();
                if (!isSetup || reader.TokenType != JsonTokenType.StartObject)
                {
                    reader.Skip();
                    continue;
                }

                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var isModel = reader.ValueTextEquals("model"u8);
                    reader.Read();
                    if (!isModel)
                    {
                        reader.Skip();
                        continue;
                    }

                    // Of two models a server may take the other one than was admitted.
                    if (found is not null || reader.TokenType != JsonTokenType.String)
                    {
                        return null;
                    }

                    var start = (int)reader.TokenStartIndex;
                    found = new LiveSetup(NameOf(reader.GetString()!), new BytePart(start, (int)reader.BytesConsumed - start));
                }
            }
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }

        return found is { Model.Length: > 0 and <= 256 } && !Labels.HasControl(found.Model) ? found : null;
    }

    /// <summary>The message with another name of the model; every other byte stays.</summary>
    public byte[] Rewrite(ReadOnlySpan<byte> message, string model)
    {
        var text = JsonEncodedText.Encode(model.StartsWith(Collection, StringComparison.Ordinal) ? model : Collection + model, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        return [.. message[..Value.Start], (byte)'"', .. text.EncodedUtf8Bytes, (byte)'"', .. message[Value.End..]];
    }

    private static string NameOf(string model) => model.StartsWith(Collection, StringComparison.Ordinal) ? model[Collection.Length..] : model;
}
