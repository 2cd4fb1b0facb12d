using Assay.Translation.Tests.Checks;
using Assay.Translation.Tests.Scenes;

namespace Assay.Translation.Tests;

/// <summary>Every request, from every format into every other, as a strict server understands it.</summary>
public sealed class RequestMatrixTests
{
    public static TheoryData<string, ApiFormat, ApiFormat> Cases()
    {
        var cases = new TheoryData<string, ApiFormat, ApiFormat>();
        foreach (var (source, target) in Translating.Directions)
        {
            foreach (var name in Requests.Names)
            {
                cases.Add(name, source, target);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_means_the_same_in_the_other_format_and_nothing_is_lost(string name, ApiFormat source, ApiFormat target)
    {
        var body = Requests.Body(name, source);
        var (report, translated) = Translating.Request(source, target, body);

        report.Refusal.ShouldBeNull();
        Transcript.Of(target, translated).ShouldBe(Transcript.Of(source, body));

        // Gemini has no place for the name of a file.
        var named = name == "images" && target == ApiFormat.Gemini && source != ApiFormat.AnthropicMessages;
        report.Dropped.ShouldBe(named ? ["document.name"] : []);
    }

    [Fact]
    public void A_request_means_the_same_at_Bedrock_and_nothing_is_lost()
    {
        foreach (var source in Translating.Formats)
        {
            foreach (var name in Requests.Names)
            {
                var body = Requests.Body(name, source);
                var (report, translated) = Translating.Request(source, ApiFormat.BedrockConverse, body);
                if (name == "images")
                {
                    // One of them is an address, and Bedrock fetches nothing.
                    report.Refusal.ShouldNotBeNull().Message.ShouldContain("send the data itself");
                    continue;
                }

                report.Refusal.ShouldBeNull($"{source} {name}");
                Transcript.Of(ApiFormat.BedrockConverse, translated).ShouldBe(Transcript.Of(source, body), $"{source} {name}");
                report.Dropped.ShouldBeEmpty($"{source} {name}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void There_and_back_again_a_request_means_the_same(string name, ApiFormat source, ApiFormat target)
    {
        var body = Requests.Body(name, source);
        var (_, there) = Translating.Request(source, target, body);
        var (report, back) = Translating.Request(target, source, there);

        report.Refusal.ShouldBeNull();
        Transcript.Of(source, back).ShouldBe(Transcript.Of(source, body));
    }
}
