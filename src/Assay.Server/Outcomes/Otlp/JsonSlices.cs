using System.Text.Json;

namespace Assay.Server.Outcomes.Otlp;

/// <summary>
/// Finds values in JSON as pieces of the text itself. Fields come in any order, and what describes a thing may come after
/// it: each level is walked over once to find its parts.
/// </summary>
internal static class JsonSlices
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 32 };

    /// <summary>A walk over the fields of an object or the items of an array.</summary>
    public static Walk Over(ReadOnlySpan<byte> json) => new(json);

    /// <summary>A string without its quotes and escapes, a number or a word as it is written; null for lists and objects.</summary>
    public static string? Scalar(ReadOnlySpan<byte> value, TextCache texts)
    {
        if (value.IsEmpty || value[0] is (byte)'{' or (byte)'[')
        {
            return null;
        }

        if (value[0] != (byte)'"')
        {
            return texts.Of(value);
        }

        var inner = value[1..^1];
        if (!inner.Contains((byte)'\\'))
        {
            return texts.Of(inner);
        }

        var reader = new Utf8JsonReader(value, s_options);
        reader.Read();
        return reader.GetString();
    }

    /// <summary>The bytes of a string that has no escapes, or of a number: for numbers that may be written as either.</summary>
    public static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> value) =>
        value is [(byte)'"', .., (byte)'"'] ? value[1..^1] : value;

    internal ref struct Walk
    {
        private readonly ReadOnlySpan<byte> _json;
        private readonly bool _isObject;
        private Utf8JsonReader _reader;

        public Walk(ReadOnlySpan<byte> json)
        {
            _json = json;
            _reader = new Utf8JsonReader(json, s_options);
            _isObject = _reader.Read() && _reader.TokenType == JsonTokenType.StartObject;
            if (!_isObject && _reader.TokenType != JsonTokenType.StartArray)
            {
                throw new BrokenMessageException("Where a list or an object must be, there is none.");
            }
        }

        public readonly bool IsObject => _isObject;

        /// <summary>The name of the field; empty in an array.</summary>
        public ReadOnlySpan<byte> Name { get; private set; }

        public ReadOnlySpan<byte> Value { get; private set; }

        public bool Next()
        {
            if (!_reader.Read() || _reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                return false;
            }

            if (_isObject)
            {
                Name = _reader.ValueSpan;
                _reader.Read();
            }

            var start = (int)_reader.TokenStartIndex;
            _reader.Skip();
            Value = _json[start..(int)_reader.BytesConsumed];
            return true;
        }
    }
}
