using System.Text.Json;
using Assay.Ledger.Usage;
using static Assay.Server.Formats.JsonKeys;

namespace Assay.Server.Formats.Gemini;

/// <summary>Usage in the answers of the Gemini API: one object, a JSON array of them, or events.</summary>
internal sealed class GeminiUsageReader(Operation operation, bool isEventStream) : UsageReader
{
    private const ulong Candidate = (Candidates << 8) | Item;
    private const ulong CandidateFinish = (Candidate << 8) | FinishReasonCamel;
    private const ulong CandidateContent = (Candidate << 8) | Content;
    private const ulong CandidateParts = (CandidateContent << 8) | Parts;
    private const ulong CandidatePart = (CandidateParts << 8) | Item;
    private const ulong CandidateText = (CandidatePart << 8) | Text;
    private const ulong Grounding = (Candidate << 8) | GroundingMetadata;
    private const ulong GroundingQueries = (Grounding << 8) | WebSearchQueries;

    private readonly Operation _operation = operation;
    private readonly bool _isEventStream = isEventStream;
    private GeminiUsage _usage;
    private bool _sawFinish;
    private bool _usageHere;
    private bool _isFinished;
    private bool _isWhole;
    private int _queriesHere;
    private int _queries;

    private bool IsStream => _operation == Operation.StreamGenerateContent || _isEventStream;

    // Nearly every event states usage, so there is nothing to gate.
    public override bool IsWorthReading(ReadOnlySpan<byte> data) => true;

    public override Interest InterestIn(ulong path) => path switch
    {
        UsageMetadata or ModelVersion or PromptFeedback or Error or CandidateFinish or GroundingQueries => Interest.Capture,
        Candidates or Candidate or CandidateContent or CandidateParts or CandidatePart or Grounding => Interest.Enter,
        CandidateText => Interest.Measure,
        _ => Interest.None,
    };

    public override void BeginObject()
    {
        _queriesHere = 0;
        _usageHere = false;
        if (!_isEventStream)
        {
            Reading.Events++;
        }
    }

    public override void OnValue(ulong path, ReadOnlySpan<byte> json)
    {
        switch (path)
        {
            case UsageMetadata:
                _usage.Update(json);
                _usageHere = true;
                break;
            case ModelVersion:
                Reading.Model = Latest(json, Reading.Model);
                break;
            case CandidateFinish:
                _sawFinish |= json[0] == '"';
                break;
            case PromptFeedback:
                // A refused prompt has no candidate to finish.
                _sawFinish |= json.IndexOf("\"blockReason\""u8) >= 0;
                break;
            case Error:
                Reading.ProviderFailed |= json[0] == '{';
                break;
            case GroundingQueries:
                _queriesHere += CountItems(json);
                break;
        }
    }

    public override void EndObject(bool isWhole)
    {
        // Grounding may be repeated as it grows; the largest is all of it.
        _queries = Math.Max(_queries, _queriesHere);
        _isWhole |= isWhole && !IsStream;

        // Usage counts as final where it stands with the end of a candidate, or behind it.
        _isFinished |= isWhole && _sawFinish && _usageHere;
    }

    public override UsageReading Finish()
    {
        var counts = _usage.ToCounts(out var malformed);
        counts[UsageClass.WebSearch] = IsBilledByQuery(Reading.Model) ? _queries : Math.Min(_queries, 1);
        Reading.Counts = counts;
        Reading.Malformed |= malformed;
        Reading.HasInput = _usage.Prompt is not null || _usage.Total is not null;
        Reading.HasOutput = Reading.HasInput && (_isFinished || _isWhole || _operation is Operation.EmbedContent or Operation.BatchEmbedContents);
        Reading.SawEnd |= _sawFinish && _isEventStream;
        Reading.ServiceTier = ServiceTiers.FromName(_usage.Tier ?? "");
        return Reading;
    }

    /// <summary>Up to Gemini 2.5 a grounded answer is billed once; later models by the search.</summary>
    public static bool IsBilledByQuery(string model) =>
        !model.StartsWith("gemini-1", StringComparison.Ordinal) && !model.StartsWith("gemini-2", StringComparison.Ordinal);

    private static int CountItems(ReadOnlySpan<byte> json)
    {
        var count = 0;
        if (json[0] != '[')
        {
            return count;
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                count++;
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            return count;
        }

        return count;
    }
}
