using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assay.Server.Formats;

/// <summary>
/// The only two changes ever made to a request: the model's name where a route gives it another one, and
/// <c>stream_options.include_usage</c> where usage must be asked for. They are spliced in; every other byte stays.
/// </summary>
internal static class BodyRewrite
{
    /// <summary>
    /// Whether usage should be asked for on behalf of the client, and so the extra event hidden from it.
    /// </summary>
    public static bool MustAskForUsage(RouteMatch match, in RequestFacts facts) =>
        facts.Stream
        && match.Operation.HasStreamOptions()
        && facts.StreamOptions is not (StreamOptionsShape.UsageOn or StreamOptionsShape.Invalid);

    /// <summary>Whether <see cref="Write"/> would change anything.</summary>
    public static bool IsNeeded(in RequestFacts facts, string? model, bool askForUsage) =>
        askForUsage || (model is not null && !facts.ModelValue.IsEmpty);

    /// <summary>Writes the body with its changes.</summary>
    /// <param name="body">The body that <paramref name="facts"/> were read from.</param>
    /// <param name="facts">What was read.</param>
    /// <param name="model">The model's name at the provider; null to keep what stands there.</param>
    /// <param name="askForUsage">Whether to ask for usage: see <see cref="MustAskForUsage"/>.</param>
    /// <param name="output">Where to write.</param>
    public static void Write(
        ReadOnlySpan<byte> body, in RequestFacts facts, string? model, bool askForUsage, IBufferWriter<byte> output)
    {
        var splice = askForUsage ? UsageSplice(facts) : default;
        var options = splice.Part;
        var optionsText = splice.Text;
        var hasModel = model is not null && !facts.ModelValue.IsEmpty;
        var modelFirst = facts.ModelValue.Start < options.Start;
        var written = 0;

        if (hasModel && modelFirst)
        {
            WriteModel(body, facts, model!, output, ref written);
        }

        if (!optionsText.IsEmpty)
        {
            output.Write(body[written..options.Start]);
            output.Write(optionsText);
            written = options.End;
        }

        if (hasModel && !modelFirst)
        {
            WriteModel(body, facts, model!, output, ref written);
        }

        output.Write(body[written..]);
    }

    private static void WriteModel(
        ReadOnlySpan<byte> body, in RequestFacts facts, string model, IBufferWriter<byte> output, ref int written)
    {
        var old = body.Slice(facts.ModelValue.Start, facts.ModelValue.Length);
        output.Write(body[written..facts.ModelValue.Start]);
        output.Write("\""u8);
        if (old.StartsWith("\"models/"u8) && !model.StartsWith("models/", StringComparison.Ordinal))
        {
            // Gemini bodies that repeat the path's model do so with its collection.
            output.Write("models/"u8);
        }

        output.Write(JsonEncodedText.Encode(model, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        output.Write("\""u8);
        written = facts.ModelValue.End;
    }

    /// <summary>What to replace (nothing, where something is inserted), and with what.</summary>
    private static SpliceText UsageSplice(in RequestFacts facts) => facts.StreamOptions switch
    {
        StreamOptionsShape.Absent => new(
            new BytePart(facts.FirstMemberAt, 0), "\"stream_options\":{\"include_usage\":true},"u8),
        StreamOptionsShape.Null => new(facts.StreamOptionsValue, "{\"include_usage\":true}"u8),
        StreamOptionsShape.Empty => new(facts.StreamOptionsValue, "{\"include_usage\":true}"u8),
        StreamOptionsShape.WithoutUsage => new(
            new BytePart(facts.StreamOptionsValue.Start + 1, 0), "\"include_usage\":true,"u8),
        StreamOptionsShape.UsageOff => new(facts.IncludeUsageValue, "true"u8),
        _ => default,
    };

    private readonly ref struct SpliceText(BytePart part, ReadOnlySpan<byte> text)
    {
        public BytePart Part { get; } = part;

        public ReadOnlySpan<byte> Text { get; } = text;
    }
}
