using System.Globalization;
using System.Text.Json;

namespace Assay.Judgments.Seals;

/// <summary>
/// Seals as JSON lines, so that somebody else can keep them. Compared with a list from before, they show a history that was
/// rewritten, which git alone cannot.
/// </summary>
public static class SealList
{
    private const int LinesMax = 1_000_000;

    public static string Line(Seal seal)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", seal.Id);
            json.WriteString("blob", seal.Blob);
            json.WriteString("commit", seal.Commit);
            json.WriteString("at", seal.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
            json.WriteString("path", seal.Path);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>The blob that a witness saw for each id. Throws <see cref="FormatException"/> with the line that is no seal.</summary>
    public static IReadOnlyDictionary<Guid, string> Read(TextReader text)
    {
        var seals = new Dictionary<Guid, string>();
        for (var number = 1; text.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
            {
                continue;
            }

            try
            {
                using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 4 });
                seals[json.RootElement.GetProperty("id").GetGuid()] = json.RootElement.GetProperty("blob").GetString()!;
            }
            catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new FormatException($"line {number} is no seal: {{\"id\":\"…\",\"blob\":\"…\"}} is expected.", broken);
            }

            if (number > LinesMax)
            {
                throw new FormatException($"there are more than {LinesMax} lines.");
            }
        }

        return seals;
    }

    /// <summary>What the witness saw and this history does not have, in words.</summary>
    public static IEnumerable<(Guid Id, string Path, string Message)> Differences(SealLedger seals, IReadOnlyDictionary<Guid, string> witness)
    {
        foreach (var (id, blob) in witness)
        {
            var seal = seals.Find(id);
            if (seal is null)
            {
                yield return (id, "", $"A witness saw entry {id:D} sealed as {blob[..Math.Min(12, blob.Length)]}; this history does not have it: it was rewritten, or is another.");
            }
            else if (!string.Equals(seal.Blob, blob, StringComparison.Ordinal))
            {
                yield return (id, seal.Path, $"A witness saw entry {id:D} sealed as {blob[..Math.Min(12, blob.Length)]}; this history seals {seal.Blob[..12]}: it was rewritten.");
            }
        }
    }
}
