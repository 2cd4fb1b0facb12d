using System.Text.Json;
using Assay.Judgments.Lint;

namespace Assay.Judgments.Reports;

/// <summary>Findings as one JSON object.</summary>
public static class JsonReport
{
    public static void Write(Stream output, IReadOnlyList<Finding> findings, int entries)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("entries", entries);
        json.WriteStartArray("findings");
        foreach (var finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("rule", finding.Rule);
            json.WriteString("severity", TextReport.Word(finding.Severity));
            json.WriteString("path", finding.Path);
            json.WriteNumber("line", finding.Line);
            json.WriteNumber("column", finding.Column);
            json.WriteString("message", finding.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
