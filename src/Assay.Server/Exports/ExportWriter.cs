using System.Text.Json;
using Assay.Server.Api;

namespace Assay.Server.Exports;

/// <summary>How a table is written: CSV for spreadsheets, or one JSON object a line.</summary>
internal enum ExportFormat
{
    Csv,
    NdJson,
}

/// <summary>One row of a table: text, numbers, yes or no, or nothing, in the order of the table's columns.</summary>
internal delegate IReadOnlyList<object?> ExportCells<in T>(T row);

/// <summary>Writes rows as they come; what is written never waits for the last row.</summary>
internal static class ExportWriter
{
    private const int FlushAtBytes = 64 << 10;

    public static string ContentType(ExportFormat format) => format == ExportFormat.Csv ? Csv.ContentType + "; charset=utf-8" : "application/x-ndjson";

    public static async Task WriteAsync<T>(
        Stream stream, ExportFormat format, IReadOnlyList<string> columns, IAsyncEnumerable<T> rows, ExportCells<T> cells, CancellationToken ct)
    {
        if (format == ExportFormat.Csv)
        {
            await WriteCsvAsync(stream, columns, rows, cells, ct);
            return;
        }

        var names = columns.Select(name => JsonEncodedText.Encode(name)).ToList();
        using var buffer = new MemoryStream(FlushAtBytes * 2);
        using var json = new Utf8JsonWriter(buffer);
        await foreach (var row in rows.WithCancellation(ct))
        {
            json.Reset();
            Write(json, names, cells(row));
            json.Flush();
            buffer.WriteByte((byte)'\n');
            if (buffer.Length >= FlushAtBytes)
            {
                await EmptyAsync(buffer, stream, ct);
            }
        }

        await EmptyAsync(buffer, stream, ct);
    }

    private static async Task WriteCsvAsync<T>(
        Stream stream, IReadOnlyList<string> columns, IAsyncEnumerable<T> rows, ExportCells<T> cells, CancellationToken ct)
    {
        var lines = new CsvLines();
        lines.Add([.. columns]);
        await foreach (var row in rows.WithCancellation(ct))
        {
            lines.Add(cells(row));
            if (lines.Written.Length >= FlushAtBytes)
            {
                await stream.WriteAsync(lines.Written, ct);
                lines.Empty();
            }
        }

        await stream.WriteAsync(lines.Written, ct);
    }

    private static async Task EmptyAsync(MemoryStream buffer, Stream stream, CancellationToken ct)
    {
        await stream.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), ct);
        buffer.SetLength(0);
    }

    private static void Write(Utf8JsonWriter json, List<JsonEncodedText> names, IReadOnlyList<object?> cells)
    {
        json.WriteStartObject();
        for (var i = 0; i < cells.Count; i++)
        {
            switch (cells[i])
            {
                case null:
                    json.WriteNull(names[i]);
                    break;
                case string text:
                    json.WriteString(names[i], text);
                    break;
                case bool yes:
                    json.WriteBoolean(names[i], yes);
                    break;
                case long number:
                    json.WriteNumber(names[i], number);
                    break;
                case int number:
                    json.WriteNumber(names[i], number);
                    break;
                case double number:
                    json.WriteNumber(names[i], number);
                    break;
                case IReadOnlyList<string> list:
                    json.WriteStartArray(names[i]);
                    foreach (var item in list)
                    {
                        json.WriteStringValue(item);
                    }

                    json.WriteEndArray();
                    break;
                case { } other:
                    throw new InvalidOperationException($"A cell cannot be a {other.GetType()}.");
            }
        }

        json.WriteEndObject();
    }
}
