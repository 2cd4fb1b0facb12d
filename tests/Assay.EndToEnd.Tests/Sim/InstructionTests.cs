using Assay.Sim.Faults;
using Assay.Sim.Script;

namespace Assay.EndToEnd.Tests.Sim;

public sealed class InstructionTests
{
    [Theory]
    [InlineData("fault=cut-mid-event;delay=20ms;tokens=80;usage=never")]
    [InlineData(" usage = never ; tokens = 80 ;fault=cut-mid-event;delay=20")]
    [InlineData("""{"fault":"cut-mid-event","delay":"20ms","tokens":80,"usage":"never"}""")]
    public void Both_notations_say_the_same(string text)
    {
        SimInstructions.TryParse(text, new SimInstructions(), out var read, out _).ShouldBeTrue();
        read.ShouldBe(new SimInstructions
        {
            Fault = SimFault.CutMidEvent,
            Delay = TimeSpan.FromMilliseconds(20),
            Tokens = 80,
            Usage = UsageTelling.Never,
        });
    }

    [Fact]
    public void A_models_name_can_carry_instructions()
    {
        SimInstructions.TryParseModel(
            "gpt-5.5-sim-fault-cut-mid-event--retry-after-2--cache-read-64--unusual", new SimInstructions(), out var model, out var read, out _).ShouldBeTrue();
        model.ShouldBe("gpt-5.5");
        read.ShouldBe(new SimInstructions { Fault = SimFault.CutMidEvent, RetryAfter = 2, CacheRead = 64, Unusual = true });
    }

    [Theory]
    [InlineData("fault=429", 429)]
    [InlineData("status=529", 529)]
    public void An_error_status_can_be_a_fault(string text, int status)
    {
        SimInstructions.TryParse(text, new SimInstructions(), out var read, out _).ShouldBeTrue();
        read.Status.ShouldBe(status);
    }

    [Theory]
    [InlineData("tokens=many")]
    [InlineData("fault=200")]
    [InlineData("fault=3")]
    [InlineData("encoding=zip")]
    [InlineData("colour=red")]
    [InlineData("{\"tokens\":")]
    public void What_cannot_be_read_is_named(string text)
    {
        SimInstructions.TryParse(text, new SimInstructions(), out _, out var error).ShouldBeFalse();
        error.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void A_script_line_serves_the_first_call_that_it_fits_once()
    {
        var script = new SimScript();
        script.Enqueue("tokens=1", call => call.Model == "b");
        script.Enqueue("tokens=2");
        script.Take(new SimCallFacts(default, "messages", "a", false))!.Tokens.ShouldBe(2);
        script.Take(new SimCallFacts(default, "messages", "b", false))!.Tokens.ShouldBe(1);
        script.Take(new SimCallFacts(default, "messages", "b", false)).ShouldBeNull();
    }
}
