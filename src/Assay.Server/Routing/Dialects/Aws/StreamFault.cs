using System.Buffers;
using System.Text;
using System.Text.Json;
using Assay.Server.Formats;

namespace Assay.Server.Routing.Dialects.Aws;

/// <summary>An exception inside Bedrock's stream, as the error event that Anthropic's stream would have.</summary>
internal static class StreamFault
{
    public static void Write(in FrameHeaders headers, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        var type = Encoding.UTF8.GetString(headers.FaultType);
        var message = headers.FaultMessage.Length > 0 ? Encoding.UTF8.GetString(headers.FaultMessage) : Message(payload);
        output.Write("event: error\ndata: "u8);
        output.Write(WireErrors.Body(WireFormat.Anthropic, StatusOf(type), type, message));
        output.Write("\n\n"u8);
    }

    private static int StatusOf(string type) => type switch
    {
        "throttlingException" => 429,
        "validationException" => 400,
        "modelTimeoutException" => 504,
        "serviceUnavailableException" => 529,
        _ => 500,
    };

    private static string Message(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("message"u8) && reader.Read()
                    && reader.TokenType == JsonTokenType.String)
                {
                    return reader.GetString() ?? "";
                }
            }
        }
        catch (JsonException)
        {
            // Whatever it is, it is no message.
        }

        return "The provider ended the stream with an error.";
    }
}
