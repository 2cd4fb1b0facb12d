using System.Text.Json;
using Assay.Server.Formats.Anthropic;

namespace Assay.Server.Formats;

/// <content>How the values are read. Each begins with the reader before the value.</content>
internal ref partial struct RequestScan
{
    private ScanResult Model(ref RequestFacts facts)
    {
        _reader.Read();
        facts.IsAmbiguous |= _sawModel;
        _sawModel = true;
        if (_reader.TokenType != JsonTokenType.String)
        {
            _reader.Skip();
            return _match.Operation.NamesModelInBody() ? ScanResult.ModelNotAString : ScanResult.Ok;
        }

        facts.ModelValue = Part();
        if (_match.PathModel is null)
        {
            facts.Model = _reader.ValueSpan.Length > RequestScanner.ModelCharactersMax * 6
                ? new string('x', RequestScanner.ModelCharactersMax + 1)
                : _reader.GetString() ?? "";
        }

        return ScanResult.Ok;
    }

    private void GenerationConfig()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("maxOutputTokens"u8) || _reader.ValueTextEquals("max_output_tokens"u8)
                || _reader.ValueTextEquals("maxTokens"u8) || _reader.ValueTextEquals("max_new_tokens"u8))
            {
                Bound();
            }
            else if (_reader.ValueTextEquals("candidateCount"u8) || _reader.ValueTextEquals("candidate_count"u8))
            {
                _choices = Math.Max(_choices, SmallNumber());
            }
            else
            {
                _reader.Skip();
            }
        }
    }

    private void Stream(ref RequestFacts facts)
    {
        _reader.Read();
        facts.IsAmbiguous |= _sawStream;
        _sawStream = true;
        facts.Stream = _reader.TokenType == JsonTokenType.True;
        _reader.Skip();
    }

    private void Bound()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var value) && value >= 0)
        {
            // max_tokens and max_completion_tokens together are an error at OpenAI; elsewhere either may win, so the
            // larger one bounds.
            _bound = Math.Max(_bound, value);
        }

        _reader.Skip();
    }

    private void StreamOptions(ref RequestFacts facts)
    {
        _reader.Read();
        var at = _start + (int)_reader.TokenStartIndex;
        facts.IncludeUsageValue = default;
        switch (_reader.TokenType)
        {
            case JsonTokenType.Null:
                facts.StreamOptions = StreamOptionsShape.Null;
                break;
            case JsonTokenType.StartObject:
                facts.StreamOptions = StreamOptionsShape.Empty;
                while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
                {
                    StreamOption(ref facts);
                }

                break;
            default:
                facts.StreamOptions = StreamOptionsShape.Invalid;
                _reader.Skip();
                break;
        }

        facts.StreamOptionsValue = new BytePart(at, _start + (int)_reader.BytesConsumed - at);
    }

    private void StreamOption(ref RequestFacts facts)
    {
        if (!_reader.ValueTextEquals("include_usage"u8))
        {
            if (facts.StreamOptions == StreamOptionsShape.Empty)
            {
                facts.StreamOptions = StreamOptionsShape.WithoutUsage;
            }

            _reader.Skip();
            return;
        }

        _reader.Read();
        facts.StreamOptions = _reader.TokenType switch
        {
            JsonTokenType.True => StreamOptionsShape.UsageOn,
            JsonTokenType.False or JsonTokenType.Null => StreamOptionsShape.UsageOff,
            _ => StreamOptionsShape.Invalid,
        };
        facts.IncludeUsageValue = Part();
        _reader.Skip();
    }

    private void Metadata(ref RequestFacts facts)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("user_id"u8))
            {
                UserId(ref facts);
            }
            else if (_reader.ValueTextEquals("session_id"u8) || _reader.ValueTextEquals("session"u8)
                || _reader.ValueTextEquals("conversation_id"u8))
            {
                facts.Session = Label();
            }
            else if (_reader.ValueTextEquals("work_ref"u8) || _reader.ValueTextEquals("work"u8))
            {
                facts.WorkRef = Label();
            }
            else
            {
                _reader.Skip();
            }
        }
    }

    private void UserId(ref RequestFacts facts)
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String && _reader.ValueSpan.Length <= 2048)
        {
            var session = ClaudeUserId.SessionOf(_reader.GetString() ?? "");
            facts.Session = session.Length > 0 ? Labels.Clean(session) : facts.Session;
        }

        _reader.Skip();
    }

    private void Conversation()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String)
        {
            _conversation = Text();
            return;
        }

        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("id"u8))
            {
                _conversation = Label();
            }
            else
            {
                _reader.Skip();
            }
        }
    }

    /// <summary>A list of prompts makes as many answers; a list of numbers is one prompt in tokens.</summary>
    private void Prompts()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            _reader.Skip();
            return;
        }

        var count = 0;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            count += _reader.TokenType is JsonTokenType.String or JsonTokenType.StartArray ? 1 : 0;
            _reader.Skip();
        }

        _prompts = Math.Max(1, count);
    }

    /// <summary>The coming value as a label; empty if it is no string.</summary>
    private string Label()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String)
        {
            return Text();
        }

        _reader.Skip();
        return "";
    }

    private readonly string Text() => _reader.ValueSpan.Length > 64 * 1024 ? "" : Labels.Clean(_reader.GetString());

    /// <summary>A label inside the coming object; empty if there is none.</summary>
    private string InnerLabel(ReadOnlySpan<byte> name)
    {
        var label = "";
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return label;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals(name))
            {
                label = Label();
            }
            else
            {
                _reader.Skip();
            }
        }

        return label;
    }

    private int SmallNumber()
    {
        _reader.Read();
        var value = _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt32(out var number) ? number : 1;
        _reader.Skip();
        return Math.Max(1, value);
    }

    private readonly BytePart Part()
    {
        var at = (int)_reader.TokenStartIndex;
        return new BytePart(_start + at, (int)_reader.BytesConsumed - at);
    }

    private static long Saturated(long bound, int choices) =>
        bound > long.MaxValue / choices ? long.MaxValue : bound * choices;
}
