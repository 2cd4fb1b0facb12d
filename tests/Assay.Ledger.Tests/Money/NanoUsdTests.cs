using Assay.Ledger.Money;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Ledger.Tests.Money;

public sealed class NanoUsdTests
{
    [Fact]
    public void What_is_printed_is_read_back_as_the_same_amount() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<long>().Filter(nanos => nanos is >= -9_000_000_000_000_000_000 and <= 9_000_000_000_000_000_000),
            nanos => NanoUsd.TryParse(new NanoUsd(nanos).ToString(), out var read) && read.Nanos == nanos)
        .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("25", 25_000_000_000)]
    [InlineData("25.00", 25_000_000_000)]
    [InlineData("-0.000000001", -1)]
    [InlineData("0.123456789", 123_456_789)]
    public void A_decimal_of_dollars_is_read_exactly(string text, long nanos)
    {
        NanoUsd.TryParse(text, out var amount).ShouldBeTrue();
        amount.Nanos.ShouldBe(nanos);
    }

    [Theory]
    [InlineData("")]
    [InlineData("$1")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData(" 1")]
    [InlineData("0.0000000001")]
    [InlineData("1.000000000000000000000000000000000001")]
    [InlineData("10000000000")]
    public void What_is_not_an_amount_in_whole_nanos_is_refused(string text) =>
        NanoUsd.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Sums_that_do_not_fit_throw_instead_of_turning_around()
    {
        Should.Throw<OverflowException>(() => new NanoUsd(long.MaxValue) + new NanoUsd(1));
        Should.Throw<OverflowException>(() => new NanoUsd(long.MinValue) - new NanoUsd(1));
        Should.Throw<OverflowException>(() => -new NanoUsd(long.MinValue));
    }

    [Fact]
    public void Addition_does_not_care_for_order() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<int>(),
            ArbMap.Default.ArbFor<int>(),
            ArbMap.Default.ArbFor<int>(),
            (a, b, c) => new NanoUsd(a) + new NanoUsd(b) + new NanoUsd(c) == new NanoUsd(c) + (new NanoUsd(b) + new NanoUsd(a)))
        .QuickCheckThrowOnFailure();
}
