using Assay.Signals.Spikes;

namespace Assay.Signals.Tests.Spikes;

public sealed class SpikeIndexTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData((1 << 22) - 1)]
    [InlineData(1 << 22)]
    [InlineData(int.MaxValue)]
    [InlineData(-7)]
    public void Any_number_is_found_where_it_was_put_and_nobody_else_is(int number)
    {
        var index = new SpikeIndex();
        index.Find(SpikeScopeKind.Person, number).ShouldBe(-1);
        index.Add(SpikeScopeKind.Person, number, 5);
        index.Find(SpikeScopeKind.Person, number).ShouldBe(5);
        index.Find(SpikeScopeKind.Team, number).ShouldBe(-1);
        index.Find(SpikeScopeKind.Person, number - 1).ShouldBe(-1);
        index.All().ShouldBe([(new SpikeScope(SpikeScopeKind.Person, number), 5)]);
    }
}
