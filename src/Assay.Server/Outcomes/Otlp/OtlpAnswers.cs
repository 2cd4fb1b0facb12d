using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>Answers as OTLP/HTTP wants them: in the format of the question, also when it is refused.</summary>
internal static class OtlpAnswers
{
    public const string Protobuf = "application/x-protobuf";
    public const string Json = "application/json";

    /// <summary>All was taken, or all but what is told.</summary>
    public static byte[] Taken(OtlpSignal signal, bool isJson, int rejected, string because)
    {
        if (isJson)
        {
            var name = signal switch
            {
                OtlpSignal.Metrics => "rejectedDataPoints",
                OtlpSignal.Logs => "rejectedLogRecords",
                _ => "rejectedSpans",
            };
            return rejected == 0 ? "{}"u8.ToArray() : WriteJson(json =>
            {
                json.WriteStartObject("partialSuccess");

                // A 64-bit number is a string in protobuf's JSON.
                json.WriteString(name, rejected.ToString(System.Globalization.CultureInfo.InvariantCulture));
                json.WriteString("errorMessage", because);
                json.WriteEndObject();
            });
        }

        if (rejected == 0)
        {
            return [];
        }

        var partial = new List<byte> { 0x08 };
        AddVarint(partial, (ulong)rejected);
        AddText(partial, 0x12, because);
        var answer = new List<byte> { 0x0a };
        AddVarint(answer, (ulong)partial.Count);
        answer.AddRange(partial);
        return [.. answer];
    }

    /// <summary>A <c>google.rpc.Status</c>.</summary>
    /// <param name="code">One of gRPC's: 3 invalid argument, 8 resource exhausted, 14 unavailable, 16 unauthenticated.</param>
    public static byte[] Refused(bool isJson, int code, string message)
    {
        if (isJson)
        {
            return WriteJson(json =>
            {
                json.WriteNumber("code", code);
                json.WriteString("message", message);
            });
        }

        var status = new List<byte> { 0x08 };
        AddVarint(status, (ulong)code);
        AddText(status, 0x12, message);
        return [.. status];
    }

    private static byte[] WriteJson(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void AddText(List<byte> message, byte tag, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        message.Add(tag);
        AddVarint(message, (ulong)utf8.Length);
        message.AddRange(utf8);
    }

    private static void AddVarint(List<byte> message, ulong value)
    {
        while (value >= 0x80)
        {
            message.Add((byte)(value | 0x80));
            value >>= 7;
        }

        message.Add((byte)value);
    }
}
