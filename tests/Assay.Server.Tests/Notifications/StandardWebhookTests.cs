using System.Text;
using Assay.Server.Notifications.Channels;

namespace Assay.Server.Tests.Notifications;

public sealed class StandardWebhookTests
{
    [Fact]
    public void A_signature_is_that_of_the_specification_s_example() => StandardWebhook.Sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            Encoding.UTF8.GetBytes("{\"test\": 2432232314}"))
        .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Theory]
    [InlineData("")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_not base64!")]
    [InlineData("whsec_c2hvcnQ=")]
    public void A_secret_that_is_none_is_refused(string secret)
    {
        StandardWebhook.FaultInSecret(secret).ShouldNotBeNull();
        Should.Throw<ArgumentException>(() => StandardWebhook.Sign(secret, "msg_1", 1, []));
    }

    [Fact]
    public void A_new_secret_is_valid_and_never_the_same()
    {
        var secret = StandardWebhook.NewSecret();

        StandardWebhook.FaultInSecret(secret).ShouldBeNull();
        StandardWebhook.NewSecret().ShouldNotBe(secret);
    }
}
