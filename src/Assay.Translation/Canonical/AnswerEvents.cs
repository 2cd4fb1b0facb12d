using System.Buffers;
using Assay.Ledger.Usage;
using Assay.Translation.Json;

namespace Assay.Translation.Canonical;

/// <summary>
/// Between the reader of an answer and its writer: takes what the upstream says in the upstream's order and tells the
/// writer in strict order. A block that begins while a call is unfinished waits; names of tools become the client's;
/// the stop reason is made to fit what was said.
/// </summary>
internal sealed partial class AnswerEvents(AnswerContext context, AnswerWriter writer)
{
    private readonly List<HeldBlock> _held = [];
    private readonly ArrayBufferWriter<byte> _scratch = new(256);
    private readonly ArrayBufferWriter<byte> _text = new(256);
    private ArrayBufferWriter<byte>? _stopSequence;
    private UsageCounts _usage;
    private ArgumentBalance _balance;
    private StopReason _stop;
    private BlockKind _kind;
    private long _key;
    private long _heldBytes;
    private int _calls;
    private bool _open;
    private bool _endsUnsaid;
    private bool _sawRefusal;

    public AnswerContext Context => context;

    public AnswerWriter Writer => writer;

    public DroppedNames Dropped => writer.Dropped;

    public bool Started { get; private set; }

    /// <summary>The end or an error was told; whatever comes now is ignored.</summary>
    public bool Over { get; private set; }

    /// <summary>The upstream says of every block when it is complete; until then the next one waits.</summary>
    public bool WaitsForClose { get; init; }

    public bool HasStop => _stop != StopReason.Unset;

    /// <summary>The upstream ended the answer with an error of its own, or we did.</summary>
    public bool Failed { get; private set; }

    public bool HasUsage { get; private set; }

    public string ServiceTier { get; set; } = "";

    public void Start(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model, in UsageCounts input = default)
    {
        if (!Started)
        {
            Started = true;
            writer.Start(id, model, input);
        }
    }

    /// <summary>More of a text, refusal or reasoning; opens its block if it is not open.</summary>
    /// <param name="kind">Which of them.</param>
    /// <param name="key">The upstream's name for the block; texts of one kind and key are one block.</param>
    /// <param name="escaped">The text.</param>
    public void Say(BlockKind kind, long key, ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        _sawRefusal |= kind == BlockKind.Refusal;
        if (_open && _key == key && _kind == kind)
        {
            Tell(escaped);
            return;
        }

        if (MustWait(key))
        {
            Append(Hold(kind, key, "", "").Bytes, escaped);
            return;
        }

        OpenNow(kind, key, "", "");
        Tell(escaped);
    }

    /// <summary>The seal of reasoning; a block of its own if no reasoning is open.</summary>
    public void Seal(long key, ApiFormat origin, ReadOnlySpan<byte> escaped, bool redacted = false)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        var kind = redacted ? BlockKind.RedactedReasoning : BlockKind.Reasoning;
        if (!_open || _key != key || _kind != kind)
        {
            if (MustWait(key))
            {
                var held = Hold(kind, key, "", "");
                held.SealOrigin = origin;
                Append(held.SealBytes ??= new ArrayBufferWriter<byte>(), escaped);
                return;
            }

            OpenNow(kind, key, "", "");
        }

        writer.Seal(origin, escaped);
    }

    /// <summary>A call begins.</summary>
    /// <param name="key">The upstream's name for it.</param>
    /// <param name="id">Its identifier; empty to have one made.</param>
    /// <param name="name">The tool's name in the upstream's words.</param>
    /// <param name="endsUnsaid">The upstream will not say when the call is complete (Chat).</param>
    /// <param name="isText">The call has free text (Responses: <c>custom_tool_call</c>).</param>
    public void Call(long key, string id, string name, bool endsUnsaid = false, bool isText = false)
    {
        var number = _calls++;
        var theId = id.Length > 0 ? id : $"call_{context.AnswerId}_{number}";
        var kind = isText || context.TextTools.Contains(name) ? BlockKind.TextToolCall : BlockKind.ToolCall;
        var theName = context.ToolNames.GetValueOrDefault(name, name);
        if (MustWait(key))
        {
            Hold(kind, key, theId, theName).EndsUnsaid = endsUnsaid;
            return;
        }

        OpenNow(kind, key, theId, theName);
        _endsUnsaid = endsUnsaid;
    }

    /// <summary>A fragment of a call's arguments, escaped.</summary>
    public void ArgumentsOf(long key, ReadOnlySpan<byte> escaped)
    {
        if (escaped.IsEmpty)
        {
            return;
        }

        if (!_open || _key != key)
        {
            // Found in the order of arrival; none: the upstream speaks of a call that it never began, or one that is complete.
            if (_held.Find(held => held.Key == key && held.IsCall) is { } held)
            {
                Append(held.Bytes, escaped);
            }

            return;
        }

        if (_endsUnsaid)
        {
            _balance.Add(escaped);
        }

        if (_kind == BlockKind.TextToolCall)
        {
            Append(_text, escaped);
        }
        else
        {
            writer.Delta(escaped);
        }

        if (_endsUnsaid && _held.Count > 0 && _balance.IsComplete)
        {
            CloseNow();
            Release(all: false);
        }
    }

    /// <summary>A call's arguments as a JSON object.</summary>
    public void ArgumentsObject(long key, ReadOnlySpan<byte> json)
    {
        _scratch.ResetWrittenCount();
        JsonEscape.Append(_scratch, json);
        ArgumentsOf(key, _scratch.WrittenSpan);
    }

    private void Tell(ReadOnlySpan<byte> escaped)
    {
        if (_kind == BlockKind.Text)
        {
            _ruler.Add(escaped);
        }

        writer.Delta(escaped);
    }

    /// <summary>The upstream says that a block is complete.</summary>
    public void Close(long key)
    {
        if (_open && _key == key)
        {
            CloseNow();
            Release(all: false);
        }
        else if (_held.Find(held => held.Key == key && !held.Complete) is { } held)
        {
            held.Complete = true;
        }
    }

    public void Stop(StopReason reason, ReadOnlySpan<byte> sequence = default)
    {
        if (reason != StopReason.Unset)
        {
            _stop = reason;
        }

        if (!sequence.IsEmpty)
        {
            _stopSequence = new ArrayBufferWriter<byte>();
            _stopSequence.Write(sequence);
        }
    }

    /// <summary>Cumulative: replaces what was said before.</summary>
    public void Usage(in UsageCounts usage)
    {
        _usage = usage;
        HasUsage = true;
    }

    public UsageCounts UsageSoFar => _usage;

    public void End()
    {
        if (Over)
        {
            return;
        }

        Start(default, default);
        CloseNow();
        Release(all: true);
        Over = true;
        if (Dropped.Names.Count > 0)
        {
            writer.TellDropped();
        }

        writer.End(new AnswerEnd
        {
            Stop = FittingStop(),
            StopSequence = _stopSequence is null ? default : _stopSequence.WrittenSpan,
            Usage = _usage,
            HasUsage = HasUsage,
            ServiceTier = ServiceTier,
        });
    }

    public void Fail(in AnswerError error)
    {
        if (Over)
        {
            return;
        }

        (Over, Failed) = (true, true);
        writer.Fail(error);
    }

    /// <summary>Servers say "stop" with calls, or "tool_calls" without; a client acts on the reason.</summary>
    private StopReason FittingStop() => _stop switch
    {
        StopReason.Unset or StopReason.EndTurn when _calls > 0 => StopReason.ToolUse,
        StopReason.Unset or StopReason.EndTurn when _sawRefusal => StopReason.Refusal,
        StopReason.ToolUse when _calls == 0 => StopReason.EndTurn,
        StopReason.Unset => StopReason.EndTurn,
        _ => _stop,
    };

    /// <summary>Whether something else is open that is not known to be complete.</summary>
    private bool MustWait(long key)
    {
        if (_held.Count > 0)
        {
            return true;
        }

        return _open && _key != key && (WaitsForClose || (_endsUnsaid && !_balance.IsComplete));
    }

    private void OpenNow(BlockKind kind, long key, string id, string name)
    {
        // Some servers begin with the first block.
        Start(default, default);
        CloseNow();
        (_open, _kind, _key, _endsUnsaid, _balance) = (true, kind, key, false, default);
        _text.ResetWrittenCount();
        _blockStart = _ruler.Characters;
        writer.Open(kind, id, name);
    }

    private void CloseNow()
    {
        if (!_open)
        {
            return;
        }

        if (_kind == BlockKind.TextToolCall)
        {
            writer.Delta(TextOf(_text.WrittenMemory));
            _heldBytes = Math.Max(0, _heldBytes - _text.WrittenCount);
        }

        TellSources();
        _open = false;
        writer.Close();
    }

    /// <summary>The free text inside <c>{"input":"…"}</c>, escaped; all of it if that is not what was written.</summary>
    private static ReadOnlySpan<byte> TextOf(ReadOnlyMemory<byte> escaped)
    {
        var plain = new ArrayBufferWriter<byte>(escaped.Length + 1);
        if (JsonEscape.TryUnescape(escaped.Span, plain) && Arguments.TryParseObject(plain.WrittenMemory, out var document))
        {
            using (document)
            {
                var input = document!.RootElement.Member("input"u8);
                if (input.ValueKind == System.Text.Json.JsonValueKind.String)
                {
                    return RawText.Of(input).Escaped.ToArray();
                }
            }
        }

        return escaped.Span;
    }

    private HeldBlock Hold(BlockKind kind, long key, string id, string name)
    {
        var last = _held.FindLast(held => held.Key == key && held.Kind == kind && !held.Complete);
        if (last is null || id.Length > 0)
        {
            last = new HeldBlock(kind, key, id, name);
            _held.Add(last);
        }

        return last;
    }

    private void Append(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> escaped)
    {
        TakeHeld(escaped.Length);
        buffer.Write(escaped);
    }

    private void TakeHeld(int length)
    {
        _heldBytes += length;
        if (_heldBytes > context.Limits.HeldBytesMax)
        {
            throw new TranslationException(
                RefusalKind.TooLarge, $"What must be held back of the answer is longer than {context.Limits.HeldBytesMax} bytes.");
        }
    }

    /// <summary>Lets waiting blocks go: those before the first that is unfinished, which becomes the open one; or all.</summary>
    private void Release(bool all)
    {
        while (_held.Count > 0 && !_open)
        {
            var next = _held[0];
            _held.RemoveAt(0);
            OpenNow(next.Kind, next.Key, next.Id, next.Name);
            _endsUnsaid = next.EndsUnsaid;
            if (next.Bytes.WrittenCount > 0)
            {
                _heldBytes -= next.Bytes.WrittenCount;
                if (next.IsCall)
                {
                    ArgumentsOf(next.Key, next.Bytes.WrittenSpan);
                }
                else
                {
                    Tell(next.Bytes.WrittenSpan);
                }
            }

            if (next.SealBytes is { } seal)
            {
                writer.Seal(next.SealOrigin, seal.WrittenSpan);
            }

            var isDone = !WaitsForClose && _held.Count > 0 && (!_endsUnsaid || _balance.IsComplete);
            if (_open && (all || next.Complete || isDone))
            {
                CloseNow();
            }
        }
    }
}
