using System.Text;
using Assay.Server.Routing.Dialects.Aws;

namespace Assay.Server.Tests.Routing.Dialects;

/// <summary>The vectors of AWS's Signature Version 4 test suite, and the worked example of its documentation.</summary>
public sealed class SigV4Tests
{
    private const string Time = "20150830T123600Z";
    private static readonly AwsKeys s_keys = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "");

    [Theory]
    [InlineData("GET", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    public void A_plain_request_is_signed_as_published(string method, string query, string signature)
    {
        var value = new SigV4("us-east-1", "service").Authorization(
            method, "/", query, [new("host", "example.amazonaws.com"), new("x-amz-date", Time)], default, s_keys, Time);

        value.ShouldBe(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
            + $"SignedHeaders=host;x-amz-date, Signature={signature}");
    }

    [Fact]
    public void A_body_and_its_type_are_signed_as_published()
    {
        var value = new SigV4("us-east-1", "service").Authorization(
            "POST",
            "/",
            "",
            [new("content-type", "application/x-www-form-urlencoded"), new("host", "example.amazonaws.com"), new("x-amz-date", Time)],
            "Param1=value1"u8,
            s_keys,
            Time);

        value.ShouldEndWith("Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
    }

    [Fact]
    public void The_documentation_s_example_is_signed_as_published()
    {
        var value = new SigV4("us-east-1", "iam").Authorization(
            "GET",
            "/",
            "Action=ListUsers&Version=2010-05-08",
            [
                new("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
                new("host", "iam.amazonaws.com"),
                new("x-amz-date", Time),
            ],
            default,
            s_keys,
            Time);

        value.ShouldEndWith("Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    }

    [Fact]
    public void A_request_gets_its_date_its_session_and_an_escaped_path()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(
            "https://bedrock-runtime.eu-west-1.amazonaws.com/model/a.b-v1%3A0/invoke",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        var signing = new SigV4("eu-west-1", "bedrock");
        var keys = s_keys with { Session = "session" };
        var now = new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);

        signing.Sign(request, "{}"u8, keys, now);

        request.Headers.GetValues("x-amz-date").ShouldBe(["20261122T080000Z"]);
        request.Headers.GetValues("x-amz-security-token").ShouldBe(["session"]);
        var expected = signing.Authorization(
            "POST",
            "/model/a.b-v1%3A0/invoke",
            "",
            [
                new("host", "bedrock-runtime.eu-west-1.amazonaws.com"),
                new("x-amz-date", "20261122T080000Z"),
                new("x-amz-security-token", "session"),
            ],
            "{}"u8,
            keys,
            "20261122T080000Z");
        request.Headers.GetValues("Authorization").ShouldBe([expected]);
    }

    [Theory]
    [InlineData("AKIDEXAMPLE:secret/with:colon", "AKIDEXAMPLE", "secret/with", "colon")]
    [InlineData("AKIDEXAMPLE:secret", "AKIDEXAMPLE", "secret", "")]
    public void Keys_are_read(string text, string id, string secret, string session)
    {
        AwsKeys.TryParse(text, out var keys).ShouldBeTrue();
        keys.ShouldBe(new AwsKeys(id, secret, session));
    }

    [Theory]
    [InlineData("bedrock-api-key-YmVkcm9jaw==")]
    [InlineData("ABSKQmVkcm9ja0FQSUtleQ==")]
    [InlineData("id:")]
    public void What_is_no_pair_of_keys_is_none(string text) => AwsKeys.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void The_checksum_is_that_of_gzip() => Crc32.Of(Encoding.ASCII.GetBytes("123456789")).ShouldBe(0xCBF43926u);
}
