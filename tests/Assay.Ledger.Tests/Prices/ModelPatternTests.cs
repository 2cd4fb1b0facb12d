using System.Text.RegularExpressions;
using Assay.Ledger.Prices;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Ledger.Tests.Prices;

public sealed class ModelPatternTests
{
    [Theory]
    [InlineData("gpt-4o", "gpt-4o", true)]
    [InlineData("gpt-4o", "GPT-4O", true)]
    [InlineData("gpt-4o", "gpt-4o-mini", false)]
    [InlineData("gpt-4o*", "gpt-4o", true)]
    [InlineData("gpt-4o*", "gpt-4o-mini", true)]
    [InlineData("gpt-4o*", "x-gpt-4o", false)]
    [InlineData("*sonnet*", "claude-sonnet-5", true)]
    [InlineData("*-flash", "gemini-2.0-flash", true)]
    [InlineData("*-flash", "gemini-2.0-flash-lite", false)]
    [InlineData("grok-4.3-########", "grok-4.3-20260501", true)]
    [InlineData("grok-4.3-########", "grok-4x3-20260501", false)]
    [InlineData("grok-4.3-########", "grok-4.3-2026050", false)]
    [InlineData("a*b*c", "axxbxxbxxc", true)]
    [InlineData("a*b*c", "axxcxxb", false)]
    [InlineData("*", "", true)]
    [InlineData("a", "", false)]
    public void A_star_is_any_run_and_a_hash_is_a_digit(string pattern, string model, bool fits)
    {
        ModelPattern.TryParse(pattern, out var read).ShouldBeTrue();
        read!.Matches(model).ShouldBe(fits);
    }

    [Fact]
    public void It_agrees_with_the_regular_expression_that_says_the_same()
    {
        var pattern = Gen.ArrayOf(Gen.Elements('a', 'b', '*', '#')).Where(p => p.Length > 0).ToArbitrary();
        var name = Gen.ArrayOf(Gen.Elements('a', 'b', 'A', '1')).ToArbitrary();
        Prop.ForAll(pattern, name, (p, n) =>
        {
            ModelPattern.TryParse(new string(p), out var read).ShouldBeTrue();
            var regex = "^" + string.Concat(p.Select(c => c switch { '*' => ".*", '#' => "[0-9]", _ => c.ToString() })) + "$";
            return read!.Matches(n) == Regex.IsMatch(new string(n), regex, RegexOptions.IgnoreCase, TimeSpan.FromSeconds(5));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void An_empty_or_too_long_pattern_is_refused(int length) =>
        ModelPattern.TryParse(new string('a', length), out _).ShouldBeFalse();
}
