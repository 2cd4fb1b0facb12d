using System.Buffers;
using Assay.Ledger.Usage;
using Assay.Translation.Canonical;

namespace Assay.Translation.OpenAIResponses;

/// <summary>Writes a whole response.</summary>
internal sealed class ResponsesAnswerWriter(AnswerContext context) : AnswerWriter(context)
{
    private readonly ResponseObject _response = new(context);
    private readonly ResponseItem _item = new(context);
    private readonly ArrayBufferWriter<byte> _items = new();
    private bool _saidRefusal;

    public override void Start(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model, in UsageCounts input) => _response.Start(model);

    public override void Open(BlockKind kind, string id, string name)
    {
        _saidRefusal |= kind == BlockKind.Refusal;
        _item.Open(kind, id, name);
    }

    public override void Delta(ReadOnlySpan<byte> escaped) => _item.Add(escaped);

    public override void Seal(ApiFormat origin, ReadOnlySpan<byte> escaped) => _item.Seal(origin, escaped);

    public override void Cite(in Citation citation) => _item.Cite(citation);

    public override void Close()
    {
        _item.Complete();
        _items.Write(_items.WrittenCount > 0 ? ","u8 : default);
        Json.Reset(_items);
        _item.Write(Json, ended: true);
        Json.Flush();
    }

    public override void End(in AnswerEnd end) =>
        _response.Write(Output, Json, ResponseObject.Status(end.Stop, _saidRefusal), _items.WrittenSpan, end);

    public override void Fail(in AnswerError error) =>
        throw new TranslationException(RefusalKind.Malformed, error.Message.Decode());
}
