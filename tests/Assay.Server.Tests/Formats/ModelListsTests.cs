using System.Text;
using Assay.Server.Formats;

namespace Assay.Server.Tests.Formats;

public sealed class ModelListsTests
{
    private static readonly ModelListing[] s_models =
    [
        new("code", "", DateTimeOffset.UnixEpoch),
        new("claude-x", "Claude X", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), 200_000, "anthropic"),
    ];

    [Theory]
    [InlineData(nameof(WireFormat.OpenAI), """{"object":"list","data":[{"id":"code","object":"model","created":0,"owned_by":"assay"},{"id":"claude-x","object":"model","created":1767323045,"owned_by":"anthropic","context_window":200000}]}""")]
    [InlineData(nameof(WireFormat.Anthropic), """{"data":[{"type":"model","id":"code","display_name":"code","created_at":"1970-01-01T00:00:00Z"},{"type":"model","id":"claude-x","display_name":"Claude X","created_at":"2026-01-02T03:04:05Z","max_input_tokens":200000}],"has_more":false,"first_id":"code","last_id":"claude-x"}""")]
    [InlineData(nameof(WireFormat.Gemini), """{"models":[{"name":"models/code","displayName":"code","supportedGenerationMethods":["generateContent","countTokens"]},{"name":"models/claude-x","displayName":"Claude X","inputTokenLimit":200000,"supportedGenerationMethods":["generateContent","countTokens"]}]}""")]
    public void A_list_has_the_shape_of_its_format(string format, string expected) =>
        Encoding.UTF8.GetString(ModelLists.List(Enum.Parse<WireFormat>(format), s_models)).ShouldBe(expected);

    [Fact]
    public void An_empty_anthropic_list_has_no_ends() =>
        Encoding.UTF8.GetString(ModelLists.List(WireFormat.Anthropic, []))
            .ShouldBe("""{"data":[],"has_more":false,"first_id":null,"last_id":null}""");

    [Fact]
    public void One_model_is_an_object_by_itself() =>
        Encoding.UTF8.GetString(ModelLists.One(WireFormat.OpenAI, s_models[0]))
            .ShouldBe("""{"id":"code","object":"model","created":0,"owned_by":"assay"}""");
}
