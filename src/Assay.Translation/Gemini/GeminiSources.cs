using System.Text.Json;
using Assay.Translation.Canonical;
using Assay.Translation.Json;

namespace Assay.Translation.Gemini;

/// <summary>
/// The sources of an answer in Google's words: each address once as a chunk, and for each place in the text a support that
/// points at it. Places are bytes in all of the answer's text.
/// </summary>
internal sealed class GeminiSources
{
    private readonly List<(byte[] Url, byte[] Title)> _chunks = [];
    private readonly List<(int Chunk, long Start, long End)> _supports = [];

    public void Add(in Citation citation)
    {
        var url = citation.Url.ToArray();
        var chunk = _chunks.FindIndex(known => known.Url.AsSpan().SequenceEqual(url));
        if (chunk < 0)
        {
            chunk = _chunks.Count;
            _chunks.Add((url, citation.Title.ToArray()));
        }

        if (citation.EndByte > 0)
        {
            _supports.Add((chunk, citation.StartByte, citation.EndByte));
        }
    }

    public void Write(Utf8JsonWriter json)
    {
        if (_chunks.Count == 0)
        {
            return;
        }

        json.WriteStartObject("groundingMetadata"u8);
        json.WriteStartArray("groundingChunks"u8);
        foreach (var (url, title) in _chunks)
        {
            json.WriteStartObject();
            json.WriteStartObject("web"u8);
            json.WritePropertyName("uri"u8);
            json.WriteEscaped(url);
            json.WritePropertyName("title"u8);
            json.WriteEscaped(title);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (_supports.Count > 0)
        {
            WriteSupports(json);
        }

        json.WriteEndObject();
    }

    private void WriteSupports(Utf8JsonWriter json)
    {
        json.WriteStartArray("groundingSupports"u8);
        foreach (var (chunk, start, end) in _supports)
        {
            json.WriteStartObject();
            json.WriteStartObject("segment"u8);
            json.WriteNumber("startIndex"u8, start);
            json.WriteNumber("endIndex"u8, end);
            json.WriteEndObject();
            json.WriteStartArray("groundingChunkIndices"u8);
            json.WriteNumberValue(chunk);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
