using System.Numerics;
using Assay.Ledger.Usage;
using static Assay.Server.Formats.JsonKeys;

namespace Assay.Server.Formats.OpenAI;

/// <summary>
/// Usage in the answers of Chat Completions, Completions, Embeddings and Responses, and of the servers that imitate
/// them. A later usage replaces an earlier one, whole: servers that repeat it in every chunk state it cumulatively.
/// </summary>
internal sealed class OpenAIUsageReader(Operation operation, bool isStream) : UsageReader
{
    private const ulong ResponseUsage = (Response << 8) | Usage;
    private const ulong ResponseModel = (Response << 8) | Model;
    private const ulong ResponseTier = (Response << 8) | ServiceTier;
    private const ulong ResponseOutput = (Response << 8) | Output;
    private const ulong ResponseError = (Response << 8) | Error;
    private const ulong GroqUsage = (XGroq << 8) | Usage;
    private const ulong Choice = (Choices << 8) | Item;
    private const ulong ChoiceUsage = (Choice << 8) | Usage;
    private const ulong ChoiceFinish = (Choice << 8) | FinishReason;
    private const ulong ChoiceMessage = (Choice << 8) | Message;
    private const ulong ChoiceDelta = (Choice << 8) | Delta;

    private readonly Operation _operation = operation;
    private readonly bool _isStream = isStream;
    private OpenAIUsage _usage;
    private string _tier = "";
    private OpenAIUsage _found;
    private int _foundRank;
    private bool _isFinal;
    private bool _hasChoice;
    private bool _hasFinish;
    private bool _isTerminal;
    private int _searches;
    private int _toolCalls;
    private int _searchesFound;
    private int _toolCallsFound;
    private ItemKind _item;
    private bool _itemOnlyLooks;

    private enum ItemKind : byte
    {
        Other,
        WebSearch,
        FileSearch,
    }

    public override bool IsWorthReading(ReadOnlySpan<byte> data) =>
        UsageGate.HasValue(data, "\"usage\""u8)
        || data.StartsWith("{\"error\""u8)
        || data.StartsWith("{\"type\":\"error\""u8)
        || data.StartsWith("{\"type\":\"response.failed\""u8)
        || data.StartsWith("{\"type\":\"response.incomplete\""u8);

    public override bool OnName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("response.completed"u8) || name.SequenceEqual("response.incomplete"u8)
        || name.SequenceEqual("response.failed"u8) || name.SequenceEqual("error"u8);

    public override Interest InterestIn(ulong path) => path switch
    {
        Usage or Model or ServiceTier or Error or Kind => Interest.Capture,
        Choices or Choice or ChoiceMessage or ChoiceDelta or Response or XGroq => Interest.Enter,
        ChoiceUsage or ChoiceFinish or GroqUsage => Interest.Capture,
        ResponseUsage or ResponseModel or ResponseTier or ResponseError => Interest.Capture,
        (Choice << 8) | Text => Interest.Measure,
        Delta => Interest.Measure,
        _ => InterestInside(path),
    };

    public override void BeginObject()
    {
        _foundRank = 0;
        _hasChoice = false;
        _hasFinish = false;
        _isTerminal = false;
        _searchesFound = 0;
        _toolCallsFound = 0;
    }

    public override void OnValue(ulong path, ReadOnlySpan<byte> json)
    {
        switch (path)
        {
            case Usage or ResponseUsage:
                TakeUsage(json, rank: 3);
                break;
            case ChoiceUsage:
                TakeUsage(json, rank: 2);
                break;
            case GroqUsage:
                TakeUsage(json, rank: 1);
                break;
            case Model or ResponseModel:
                Reading.Model = Latest(json, Reading.Model);
                break;
            case ServiceTier or ResponseTier:
                _tier = Latest(json, _tier);
                break;
            case Error or ResponseError:
                Reading.ProviderFailed |= json[0] == '{';
                break;
            case ChoiceFinish:
                _hasFinish |= json[0] == '"';
                break;
            case Kind:
                Reading.ProviderFailed |= json.SequenceEqual("\"error\""u8);
                _isTerminal = json.SequenceEqual("\"response.completed\""u8)
                    || json.SequenceEqual("\"response.incomplete\""u8)
                    || json.SequenceEqual("\"response.failed\""u8);
                break;
            default:
                OnOutputValue(path, json);
                break;
        }
    }

    public override void OnEnd(ulong path)
    {
        if (path == Choice)
        {
            _hasChoice = true;
        }
        else if (path is ((Output << 8) | Item) or ((ResponseOutput << 8) | Item))
        {
            _searchesFound += _item == ItemKind.WebSearch && !_itemOnlyLooks ? 1 : 0;
            _toolCallsFound += _item == ItemKind.FileSearch ? 1 : 0;
            _item = ItemKind.Other;
            _itemOnlyLooks = false;
        }
    }

    public override void EndObject(bool isWhole)
    {
        if (_foundRank > 0)
        {
            _usage = _found;
            _isFinal = !_isStream || (isWhole && (_isTerminal || !_hasChoice || _hasFinish));
            _searches = _searchesFound;
            _toolCalls = _toolCallsFound;
        }

        Reading.SawEnd |= _isTerminal && isWhole;
        if (!_isStream)
        {
            Reading.Events = 1;
        }
    }

    public override void OnDone()
    {
        Reading.SawEnd = true;
        _isFinal = true;
    }

    public override UsageReading Finish()
    {
        var counts = _usage.ToCounts(out var malformed);
        counts[UsageClass.WebSearch] = _searches;
        counts[UsageClass.ToolCall] = _toolCalls;
        Reading.Counts = counts;
        Reading.ServiceTier = ServiceTiers.FromName(_tier);
        Reading.Malformed |= malformed;
        Reading.HasInput = _usage.Input is not null;
        Reading.HasOutput = (_usage.Output is not null && _isFinal)
            || (_operation == Operation.Embeddings && _usage.Input is not null);
        return Reading;
    }

    /// <summary>The parts of an answer where content stands, and the calls of the provider's own tools.</summary>
    private static Interest InterestInside(ulong path)
    {
        // A body that is a response has at its top what a stream's last event has inside "response". The content inside
        // that last event is not measured: its deltas were.
        return WithoutResponse(path) switch
        {
            Output or (Output << 8) | Item => Interest.Enter,
            (Output << 16) | (Item << 8) | Kind => Interest.Capture,
            (Output << 16) | (Item << 8) | JsonKeys.Action => Interest.Enter,
            (Output << 24) | (Item << 16) | (JsonKeys.Action << 8) | Kind => Interest.Capture,
            _ => InterestInContent(path),
        };
    }

    private static Interest InterestInContent(ulong path)
    {
        var last = path & 0xFF;
        var parent = path >> 8;
        if (parent is ChoiceMessage or ChoiceDelta)
        {
            return last switch
            {
                Content or ReasoningContent or Reasoning or RefusalText => Interest.Measure,
                ToolCalls => Interest.Enter,
                _ => Interest.None,
            };
        }

        return path switch
        {
            (ChoiceMessage << 16) | (ToolCalls << 8) | Item => Interest.Enter,
            (ChoiceDelta << 16) | (ToolCalls << 8) | Item => Interest.Enter,
            (ChoiceMessage << 24) | (ToolCalls << 16) | (Item << 8) | Function => Interest.Enter,
            (ChoiceDelta << 24) | (ToolCalls << 16) | (Item << 8) | Function => Interest.Enter,
            (ChoiceMessage << 32) | (ToolCalls << 24) | (Item << 16) | (Function << 8) | Arguments => Interest.Measure,
            (ChoiceDelta << 32) | (ToolCalls << 24) | (Item << 16) | (Function << 8) | Arguments => Interest.Measure,
            (Output << 16) | (Item << 8) | Content => Interest.Enter,
            (Output << 16) | (Item << 8) | Arguments => Interest.Measure,
            (Output << 24) | (Item << 16) | (Content << 8) | Item => Interest.Enter,
            (Output << 32) | (Item << 24) | (Content << 16) | (Item << 8) | Text => Interest.Measure,
            _ => Interest.None,
        };
    }

    private static ulong WithoutResponse(ulong path)
    {
        var shift = (63 - BitOperations.LeadingZeroCount(path)) & ~7;
        return shift > 0 && path >> shift == Response ? path & ((1UL << shift) - 1) : path;
    }

    private void OnOutputValue(ulong path, ReadOnlySpan<byte> json)
    {
        if ((path >> 8 & 0xFF) == JsonKeys.Action)
        {
            // Only a search is billed; opening a page and looking into it are not.
            _itemOnlyLooks = !json.SequenceEqual("\"search\""u8);
        }
        else
        {
            _item = json.SequenceEqual("\"web_search_call\""u8) ? ItemKind.WebSearch
                : json.SequenceEqual("\"file_search_call\""u8) ? ItemKind.FileSearch
                : ItemKind.Other;
        }
    }

    private void TakeUsage(ReadOnlySpan<byte> json, int rank)
    {
        if (rank >= _foundRank && OpenAIUsage.TryRead(json, out var usage))
        {
            Reading.Malformed |= usage.Malformed;
            if (usage.IsStated)
            {
                _found = usage;
                _foundRank = rank;
            }
        }
    }
}
