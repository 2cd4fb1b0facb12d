using System.Text.Json.Nodes;
using Assay.Ledger.Usage;
using Assay.Server.Formats;
using Assay.Server.Formats.OpenAI;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Server.Tests.Formats;

/// <summary>For random streams cut at random places: the tap reads what a whole parser reads, and filters only what it must.</summary>
public sealed class TapPropertyTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(1000);

    private static Arbitrary<int> Seeds => Arb.From(Gen.Choose(0, int.MaxValue - 1));

    [Fact]
    public void A_chat_stream_is_read_as_by_a_whole_parser() =>
        Check(Streams.Chat, seed => new RandomStream(seed).Chat(), ReferenceUsage.Chat);

    [Fact]
    public void A_messages_stream_is_read_as_by_a_whole_parser() =>
        Check(Streams.Messages, seed => new RandomStream(seed).Messages(), ReferenceUsage.Messages);

    [Fact]
    public void A_gemini_stream_is_read_as_by_a_whole_parser() =>
        Check(Streams.Stream, seed => new RandomStream(seed).Gemini(), ReferenceUsage.Gemini);

    [Fact]
    public void A_gemini_array_is_read_as_by_a_whole_parser() => Prop.ForAll(Seeds, seed =>
    {
        var stream = new RandomStream(seed).Gemini();
        var array = new JsonArray([.. stream.Data.Select(one => one.DeepClone())]).ToJsonString();

        var tap = UsageTaps.Create(Streams.Stream, isEventStream: false, "");
        foreach (var piece in RandomStream.Pieces(System.Text.Encoding.UTF8.GetBytes(array), seed))
        {
            tap.Observe(piece.Span);
        }

        var reading = tap.Complete();
        reading.Counts.ShouldBe(ReferenceUsage.Gemini(stream.Data));
        reading.OutputBytes.ShouldBe(ReferenceUsage.ContentBytes(stream.Data));
        reading.IsExact.ShouldBeTrue();
        reading.SawEnd.ShouldBeTrue();
    }).Check(s_config);

    [Fact]
    public void The_client_receives_exactly_the_providers_bytes_without_the_usage_event() => Prop.ForAll(Seeds, seed =>
    {
        var stream = new RandomStream(seed).Chat();
        var filter = new UsageEventFilter();
        using var output = new MemoryStream();
        foreach (var piece in RandomStream.Pieces(stream.Bytes, seed))
        {
            output.Write(filter.Filter(piece).Span);
        }

        output.Write(filter.Complete().Span);
        output.ToArray().ShouldBe(stream.BytesWithoutUsageEvent);
    }).Check(s_config);

    [Fact]
    public void A_stream_cut_anywhere_never_claims_more_than_was_said() => Prop.ForAll(Seeds, seed =>
    {
        var stream = new RandomStream(seed).Messages();
        var bytes = stream.Bytes;
        var cut = bytes[..new Random(seed).Next(bytes.Length)];

        var reading = Streams.Read(UsageTaps.Create(Streams.Messages, isEventStream: true, ""), cut, 50);

        var whole = Streams.Read(UsageTaps.Create(Streams.Messages, isEventStream: true, ""), bytes, 50);
        reading.Events.ShouldBeLessThanOrEqualTo(whole.Events);
        reading.OutputBytes.ShouldBeLessThanOrEqualTo(whole.OutputBytes);
        reading.GaveUp.ShouldBeFalse();
        (reading.HasInput && !whole.HasInput).ShouldBeFalse();
        (reading.HasOutput && !whole.HasOutput).ShouldBeFalse();
    }).Check(s_config);

    private static void Check(
        RouteMatch match, Func<int, RandomStream> draw, Func<IEnumerable<JsonObject>, UsageCounts> expected) => Prop.ForAll(Seeds, seed =>
    {
        var stream = draw(seed);
        var tap = UsageTaps.Create(match, isEventStream: true, "");
        foreach (var piece in RandomStream.Pieces(stream.Bytes, seed))
        {
            tap.Observe(piece.Span);
        }

        var reading = tap.Complete();
        var parsed = ReferenceUsage.Parse(stream.Bytes);
        parsed.Count.ShouldBe(stream.Data.Count);
        reading.Counts.ShouldBe(expected(parsed));
        reading.OutputBytes.ShouldBe(ReferenceUsage.ContentBytes(stream.Data));
        reading.Malformed.ShouldBeFalse();
        reading.GaveUp.ShouldBeFalse();
    }).Check(s_config);
}
