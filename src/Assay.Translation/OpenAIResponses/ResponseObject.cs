using System.Buffers;
using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;
using Assay.Translation.OpenAIChat;

namespace Assay.Translation.OpenAIResponses;

/// <summary>Writes the response object: the whole answer, and what three of a stream's events carry.</summary>
internal sealed class ResponseObject(AnswerContext context)
{
    private static readonly byte[] s_defaults = ResponseEcho.Of(default);

    private byte[] _model = [];

    public void Start(ReadOnlySpan<byte> model) => _model = model.ToArray();

    /// <summary>The object, into <paramref name="output"/>.</summary>
    public void Write(IBufferWriter<byte> output, Utf8JsonWriter json, string status, ReadOnlySpan<byte> items, in AnswerEnd end, AnswerError? error = null)
    {
        json.Reset(output);
        json.WriteStartObject();
        json.WriteString("id"u8, "resp_" + context.AnswerId);
        json.WriteString("object"u8, "response"u8);
        json.WriteNumber("created_at"u8, context.UnixSeconds);
        json.WriteString("status"u8, status);
        WriteError(json, error);
        json.WritePropertyName("incomplete_details"u8);
        if (status == "incomplete")
        {
            json.WriteStartObject();
            json.WriteString("reason"u8, end.Stop is StopReason.MaxTokens or StopReason.ContextFull ? "max_output_tokens"u8 : "content_filter"u8);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteNull("instructions"u8);
        json.WritePropertyName("model"u8);
        json.WriteModel(context, _model);
        json.WritePropertyName("output"u8);
        json.WriteRawValue((byte[])[(byte)'[', .. items, (byte)']'], skipInputValidation: true);
        json.WriteNull("previous_response_id"u8);
        json.WriteBoolean("store"u8, false);
        json.WriteStartArray("tools"u8);
        json.WriteEndArray();
        if (end.ServiceTier is "auto" or "default" or "flex" or "priority")
        {
            json.WriteString("service_tier"u8, end.ServiceTier);
        }

        WriteUsage(json, status, end);
        json.Flush();
        output.Write(","u8);
        output.Write(context.ResponseEcho.IsEmpty ? s_defaults : context.ResponseEcho.Span);
        output.Write("}"u8);
    }

    /// <summary>How an answer that ended this way is called.</summary>
    public static string Status(StopReason stop, bool saidRefusal) => stop switch
    {
        StopReason.MaxTokens or StopReason.ContextFull or StopReason.ContentFilter => "incomplete",
        StopReason.Refusal => saidRefusal ? "completed" : "incomplete",
        _ => "completed",
    };

    private static void WriteUsage(Utf8JsonWriter json, string status, in AnswerEnd end)
    {
        if (end.HasUsage && status != "in_progress")
        {
            OpenAIUsage.WriteResponses(json, end.Usage);
        }
        else
        {
            json.WriteNull("usage"u8);
        }
    }

    private static void WriteError(Utf8JsonWriter json, AnswerError? error)
    {
        json.WritePropertyName("error"u8);
        if (error is not { } told)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        var code = OpenAIErrors.Code(told.Kind);
        json.WriteString("code"u8, code.IsEmpty ? "invalid_prompt"u8 : code);
        json.WriteText("message"u8, told.Message);
        json.WriteEndObject();
    }
}
