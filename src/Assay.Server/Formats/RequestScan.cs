using System.Text.Json;

namespace Assay.Server.Formats;

/// <summary>
/// One scan of a request's body. A cursor walks the members at the top; the values of those that matter are read with
/// <see cref="Utf8JsonReader"/>.
/// </summary>
internal ref partial struct RequestScan(ReadOnlySpan<byte> body, int start, RouteMatch match)
{
    private readonly RouteMatch _match = match;
    private readonly ReadOnlySpan<byte> _body = body;
    private JsonCursor _cursor = new(body, start);

    /// <summary>The name of the member at hand, without escapes.</summary>
    private ReadOnlySpan<byte> _name;

    /// <summary>Stands before the value of the member at hand, which begins at <see cref="_start"/>.</summary>
    private Utf8JsonReader _reader;
    private int _start;
    private long _bound = -1;
    private int _choices = 1;
    private int _prompts = 1;
    private bool _sawModel;
    private bool _sawStream;
    private string _cacheKey = "";
    private string _conversation = "";

    public ScanResult Run(ref RequestFacts facts)
    {
        if (!_cursor.TryEnterObject())
        {
            _cursor.SkipValue();
            return ScanResult.NotAnObject;
        }

        facts.FirstMemberAt = _cursor.At;
        while (_cursor.TryReadName(out var name))
        {
            _name = Unescaped(name);
            _cursor.SkipSpace();
            _start = _cursor.At;
            if (IsConversation())
            {
                SkipConversation(ref facts);
            }
            else
            {
                _cursor.SkipValue();
            }

            _reader = new Utf8JsonReader(_body[_start.._cursor.At], new JsonReaderOptions { MaxDepth = JsonCursor.DepthMax });
            var result = Member(ref facts);
            if (result != ScanResult.Ok)
            {
                return result;
            }
        }

        _cursor.ExpectEnd();
        facts.ChoiceCount = (int)Math.Min((long)_choices * _prompts, int.MaxValue);
        facts.OutputBound = _bound < 0 ? null : Saturated(_bound, facts.ChoiceCount);
        if (facts.Session.Length == 0)
        {
            facts.Session = _conversation.Length > 0 ? _conversation : _cacheKey;
        }

        return ScanResult.Ok;
    }

    private readonly bool IsConversation() => Is("messages"u8) || Is("input"u8) || Is("contents"u8) || Is("prompt"u8);

    /// <summary>Steps over a conversation, and keeps in mind where its last message is.</summary>
    private void SkipConversation(ref RequestFacts facts)
    {
        if (!_cursor.TryEnterArray())
        {
            _cursor.SkipValue();
            if (_body[_start] == '"')
            {
                facts.LastMessage = new BytePart(_start, _cursor.At - _start);
            }

            return;
        }

        var last = default(BytePart);
        while (_cursor.TryReadElement(last.IsEmpty, out var element))
        {
            last = new BytePart(_cursor.At - element.Length, element.Length);
        }

        facts.LastMessage = last;
    }

    /// <summary>A name may be written with escapes, and a provider would understand it.</summary>
    private static ReadOnlySpan<byte> Unescaped(ReadOnlySpan<byte> quoted)
    {
        if (!quoted.Contains((byte)'\\'))
        {
            return quoted[1..^1];
        }

        try
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            var name = new byte[quoted.Length];
            return name.AsSpan(0, reader.CopyString(name));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: it is none of our names.
            return quoted;
        }
    }

    private readonly bool Is(ReadOnlySpan<byte> name) => _name.SequenceEqual(name);

    private ScanResult Member(ref RequestFacts facts)
    {
        // Ordered by how often they occur at the top of real requests.
        if (Is("model"u8))
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
            case WireFormat.Converse:
                BedrockMember(ref facts);
                break;
            default:
                OpenAIMember(ref facts);
                break;
        }

        return ScanResult.Ok;
    }

    private void OpenAIMember(ref RequestFacts facts)
    {
        if (Is("stream"u8))
        {
            Stream(ref facts);
        }
        else if (Is("max_tokens"u8) || Is("max_completion_tokens"u8) || Is("max_output_tokens"u8))
        {
            Bound();
        }
        else if (Is("stream_options"u8))
        {
            StreamOptions(ref facts);
        }
        else if (Is("n"u8) || Is("best_of"u8))
        {
            _choices = Math.Max(_choices, SmallNumber());
        }
        else if (Is("service_tier"u8))
        {
            facts.ServiceTier = Label();
        }
        else if (Is("metadata"u8) || Is("client_metadata"u8))
        {
            Metadata(ref facts);
        }
        else if (Is("prompt_cache_key"u8))
        {
            _cacheKey = Label();
        }
        else if (Is("conversation"u8))
        {
            Conversation();
        }
        else if (Is("user"u8))
        {
            UserId(ref facts);
        }
        else if (_match.Operation == Operation.Completions && Is("prompt"u8))
        {
            Prompts();
        }
    }

    private void AnthropicMember(ref RequestFacts facts)
    {
        if (Is("stream"u8))
        {
            Stream(ref facts);
        }
        else if (Is("max_tokens"u8))
        {
            Bound();
        }
        else if (Is("metadata"u8))
        {
            Metadata(ref facts);
        }
        else if (Is("service_tier"u8) || Is("speed"u8))
        {
            var isSpeed = Is("speed"u8);
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
    }

    private void BedrockMember(ref RequestFacts facts)
    {
        if (Is("inferenceConfig"u8))
        {
            GenerationConfig();
        }
        else if (Is("max_tokens"u8) || Is("max_gen_len"u8) || Is("max_completion_tokens"u8))
        {
            Bound();
        }
        else if (Is("serviceTier"u8))
        {
            facts.ServiceTier = InnerLabel("type"u8);
        }
    }

    private void GeminiMember(ref RequestFacts facts)
    {
        if (Is("generationConfig"u8) || Is("generation_config"u8))
        {
            GenerationConfig();
        }
        else if (Is("serviceTier"u8) || Is("service_tier"u8))
        {
            facts.ServiceTier = Label();
        }
    }
}
