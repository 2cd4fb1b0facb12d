using System.Text;
using Assay.Server.Proxy.Realtime;

namespace Assay.Server.Tests.Proxy.Realtime;

public sealed class LiveUsageTests
{
    private const string Speaks = """{"serverContent":{"modelTurn":{"parts":[{"inlineData":{"mimeType":"audio/pcm","data":"AAAA"}}]}}}""";
    private const string Ends = """{"serverContent":{"turnComplete":true}}""";

    [Fact]
    public void Every_turn_is_billed_with_all_of_its_context()
    {
        var usage = Observed(Speaks, Told(143, 19), Ends, Speaks, Told(181, 24), Ends, Speaks, Told(224, 24), Ends);

        usage.Counts.ToString().ShouldBe("Input=548 Output=67");
        usage.Next.ToString().ShouldBe("Input=224 Output=24");
        usage.IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void A_turn_that_is_told_again_as_it_grows_counts_once_and_one_with_a_tool_between_counts_twice()
    {
        Observed(Speaks, Told(100, 5), Speaks, Told(100, 20), Ends, Told(100, 20)).Counts.ToString().ShouldBe("Input=100 Output=20");
        Observed("""{"toolCall":{"functionCalls":[]}}""", Told(100, 5), Speaks, Told(130, 9), Ends).Counts.ToString().ShouldBe("Input=230 Output=14");
    }

    [Fact]
    public void Another_turn_with_the_same_numbers_is_another_turn()
    {
        Observed(Speaks, Told(100, 5), Ends, Speaks, Told(100, 5), Ends).Counts.ToString().ShouldBe("Input=200 Output=10");
    }

    [Fact]
    public void Modalities_thoughts_and_what_was_cached_are_told_apart()
    {
        const string Usage = """{"usageMetadata":{"promptTokenCount":200,"cachedContentTokenCount":50,"responseTokenCount":45,"thoughtsTokenCount":7,"toolUsePromptTokenCount":10,"totalTokenCount":262,"promptTokensDetails":[{"modality":"AUDIO","tokenCount":120},{"modality":"VIDEO","tokenCount":30},{"modality":"TEXT","tokenCount":50}],"cacheTokensDetails":[{"modality":"AUDIO","tokenCount":40},{"modality":"TEXT","tokenCount":10}],"responseTokensDetails":[{"modality":"AUDIO","tokenCount":45}]},"serverContent":{"turnComplete":true}}""";

        Observed(Speaks, Usage).Counts.ToString()
            .ShouldBe("Input=50 CacheRead=10 Reasoning=7 AudioInput=80 AudioCacheRead=40 AudioOutput=45 ImageInput=30");
    }

    [Fact]
    public void An_answer_that_began_and_told_nothing_leaves_it_open()
    {
        Observed(Speaks, Told(10, 1), Ends, Speaks).IsOpen.ShouldBeTrue();
        Observed("""{"setupComplete":{}}""", "not json", "[]", """{"usageMetadata":7}""").IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void Searches_are_billed_by_the_turn_up_to_gemini_2_and_by_the_query_after()
    {
        const string Grounded = """{"serverContent":{"modelTurn":{"parts":[]},"groundingMetadata":{"webSearchQueries":["a","b"]}}}""";

        Observed(Grounded, Grounded, Told(10, 1), Ends).Counts.ToString().ShouldBe("Input=10 Output=1 WebSearch=2");
        Observed(new LiveUsage("gemini-2.5-flash"), Grounded, Told(10, 1), Ends).Counts.ToString().ShouldBe("Input=10 Output=1 WebSearch=1");
    }

    [Theory]
    [InlineData("""{"setup":{"model":"models/gemini-live","tools":[]}}""", "gemini-live")]
    [InlineData("""{"other":{"model":"x"},"setup":{"generationConfig":{"model":"y"},"model":"voice"}}""", "voice")]
    [InlineData("""{"setup":{"model":"a","model":"b"}}""", null)]
    [InlineData("""{"setup":{"model":"a"},"setup":{"model":"b"}}""", null)]
    [InlineData("""{"setup":{"model":7}}""", null)]
    [InlineData("""{"setup":{}}""", null)]
    [InlineData("""{"clientContent":{}}""", null)]
    [InlineData("nothing", null)]
    public void The_first_message_names_one_model(string message, string? model) =>
        (LiveSetup.Read(Encoding.UTF8.GetBytes(message))?.Model).ShouldBe(model);

    [Fact]
    public void Only_the_models_name_is_changed_in_the_first_message()
    {
        var message = Encoding.UTF8.GetBytes("""{ "setup" : { "model" :  "models/voice", "x":"ü\u00fc" } }""");

        Encoding.UTF8.GetString(LiveSetup.Read(message)!.Rewrite(message, "gemini-live-2.5-flash"))
            .ShouldBe("""{ "setup" : { "model" :  "models/gemini-live-2.5-flash", "x":"ü\u00fc" } }""");
    }

    private static LiveUsage Observed(params string[] messages) => Observed(new LiveUsage("gemini-3.1-flash-live-preview"), messages);

    private static LiveUsage Observed(LiveUsage usage, params string[] messages)
    {
        foreach (var message in messages)
        {
            usage.Observe(Encoding.UTF8.GetBytes(message));
        }

        return usage;
    }

    private static string Told(int prompt, int response) =>
        $$$"""{"usageMetadata":{"promptTokenCount":{{{prompt}}},"responseTokenCount":{{{response}}},"totalTokenCount":{{{prompt + response}}}}}""";
}
