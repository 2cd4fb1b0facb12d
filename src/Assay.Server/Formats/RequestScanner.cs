using System.Text.Json;
using Assay.Server.Formats.Anthropic;

namespace Assay.Server.Formats;

/// <summary>
/// Reads from a request's body what admission and metering need: one pass over the top level with
/// <see cref="Utf8JsonReader"/>, everything else is skipped (and thereby checked to be JSON). Where a member occurs
/// twice the last one counts, as in nearly every server.
/// </summary>
internal static class RequestScanner
{
    /// <summary>A longer model name is refused.</summary>
    public const int ModelCharactersMax = 256;

    /// <summary>Longer session and work names are cut.</summary>
    public const int LabelCharactersMax = 256;

    private const int DepthMax = 512;

    public static ScanResult TryScan(RouteMatch match, ReadOnlySpan<byte> body, out RequestFacts facts)
    {
        facts = new RequestFacts
        {
            Model = match.PathModel ?? "",
            Stream = match.Operation == Operation.StreamGenerateContent,
        };

        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        var start = body.StartsWith(mark) ? mark.Length : 0;
        try
        {
            var scan = new Scan(body, start, match);
            var result = scan.Run(ref facts);
            return result == ScanResult.Ok ? CheckModel(match, facts) : result;
        }
        catch (JsonException)
        {
            return ScanResult.NotJson;
        }
        catch (InvalidOperationException)
        {
            // A string that is not valid UTF-16 once unescaped, as a lone surrogate in a name.
            return ScanResult.NotJson;
        }
    }

    private static ScanResult CheckModel(RouteMatch match, in RequestFacts facts)
    {
        if (facts.Model.Length == 0)
        {
            return match.Operation == Operation.Passthrough ? ScanResult.Ok : ScanResult.ModelMissing;
        }

        if (facts.Model.Length > ModelCharactersMax)
        {
            return ScanResult.ModelTooLong;
        }

        return Labels.HasControl(facts.Model) ? ScanResult.ModelInvalid : ScanResult.Ok;
    }

    /// <summary>The state of one scan. Its reader starts behind a byte order mark; parts count from the body's start.</summary>
    private ref struct Scan(ReadOnlySpan<byte> body, int start, RouteMatch match)
    {
        private readonly RouteMatch _match = match;
        private readonly int _start = start;
        private Utf8JsonReader _reader = new(body[start..], new JsonReaderOptions { MaxDepth = DepthMax });
        private long _bound = -1;
        private int _choices = 1;
        private int _prompts = 1;
        private bool _sawModel;
        private bool _sawStream;
        private string _cacheKey = "";
        private string _conversation = "";

        public ScanResult Run(ref RequestFacts facts)
        {
            _reader.Read();
            if (_reader.TokenType != JsonTokenType.StartObject)
            {
                _reader.Skip();
                return ScanResult.NotAnObject;
            }

            facts.FirstMemberAt = _start + (int)_reader.BytesConsumed;
            while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            {
                var result = Member(ref facts);
                if (result != ScanResult.Ok)
                {
                    return result;
                }
            }

            // Behind the closing brace there may be only space.
            if (_reader.Read())
            {
                return ScanResult.NotJson;
            }

            facts.ChoiceCount = (int)Math.Min((long)_choices * _prompts, int.MaxValue);
            facts.OutputBound = _bound < 0 ? null : Saturated(_bound, facts.ChoiceCount);
            if (facts.Session.Length == 0)
            {
                facts.Session = _conversation.Length > 0 ? _conversation : _cacheKey;
            }

            return ScanResult.Ok;
        }

        private ScanResult Member(ref RequestFacts facts)
        {
            // Ordered by how often they occur at the top of real requests; the value is always consumed.
            if (_reader.ValueTextEquals("model"u8))
            {
                return Model(ref facts);
            }

            switch (_match.Format)
            {
                case WireFormat.Gemini:
                    GeminiMember(ref facts);
                    break;
                case WireFormat.Anthropic:
                    AnthropicMember(ref facts);
                    break;
                default:
                    OpenAIMember(ref facts);
                    break;
            }

            return ScanResult.Ok;
        }

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
                facts.Model = _reader.ValueSpan.Length > ModelCharactersMax * 6
                    ? new string('x', ModelCharactersMax + 1)
                    : _reader.GetString() ?? "";
            }

            return ScanResult.Ok;
        }

        private void OpenAIMember(ref RequestFacts facts)
        {
            if (_reader.ValueTextEquals("stream"u8))
            {
                Stream(ref facts);
            }
            else if (_reader.ValueTextEquals("max_tokens"u8) || _reader.ValueTextEquals("max_completion_tokens"u8)
                || _reader.ValueTextEquals("max_output_tokens"u8))
            {
                Bound();
            }
            else if (_reader.ValueTextEquals("stream_options"u8))
            {
                StreamOptions(ref facts);
            }
            else if (_reader.ValueTextEquals("n"u8) || _reader.ValueTextEquals("best_of"u8))
            {
                _choices = Math.Max(_choices, SmallNumber());
            }
            else if (_reader.ValueTextEquals("service_tier"u8))
            {
                facts.ServiceTier = Label();
            }
            else if (_reader.ValueTextEquals("metadata"u8) || _reader.ValueTextEquals("client_metadata"u8))
            {
                Metadata(ref facts);
            }
            else if (_reader.ValueTextEquals("prompt_cache_key"u8))
            {
                _cacheKey = Label();
            }
            else if (_reader.ValueTextEquals("conversation"u8))
            {
                Conversation();
            }
            else if (_reader.ValueTextEquals("user"u8))
            {
                UserId(ref facts);
            }
            else if (_match.Operation == Operation.Completions && _reader.ValueTextEquals("prompt"u8))
            {
                Prompts();
            }
            else
            {
                _reader.Skip();
            }
        }

        private void AnthropicMember(ref RequestFacts facts)
        {
            if (_reader.ValueTextEquals("stream"u8))
            {
                Stream(ref facts);
            }
            else if (_reader.ValueTextEquals("max_tokens"u8))
            {
                Bound();
            }
            else if (_reader.ValueTextEquals("metadata"u8))
            {
                Metadata(ref facts);
            }
            else if (_reader.ValueTextEquals("service_tier"u8) || _reader.ValueTextEquals("speed"u8))
            {
                var isSpeed = _reader.ValueTextEquals("speed"u8);
                var tier = Label();
                if (!isSpeed)
                {
                    facts.ServiceTier = facts.ServiceTier.Length == 0 ? tier : facts.ServiceTier;
                }
                else if (string.Equals(tier, "fast", StringComparison.Ordinal))
                {
                    facts.ServiceTier = tier;
                }
            }
            else
            {
                _reader.Skip();
            }
        }

        private void GeminiMember(ref RequestFacts facts)
        {
            if (_reader.ValueTextEquals("generationConfig"u8) || _reader.ValueTextEquals("generation_config"u8))
            {
                GenerationConfig();
            }
            else if (_reader.ValueTextEquals("serviceTier"u8) || _reader.ValueTextEquals("service_tier"u8))
            {
                facts.ServiceTier = Label();
            }
            else
            {
                _reader.Skip();
            }
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
                if (_reader.ValueTextEquals("maxOutputTokens"u8) || _reader.ValueTextEquals("max_output_tokens"u8))
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
}
