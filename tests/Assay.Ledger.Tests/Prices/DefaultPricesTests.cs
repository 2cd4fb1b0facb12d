using Assay.Ledger.Prices;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Tests.Prices;

/// <summary>Prices that everybody can look up, to notice at once if the book or its reading goes wrong.</summary>
public sealed class DefaultPricesTests
{
    private const long August = Some.Noon;
    private const long September = 1_788_220_800_000;
    private const long Midnight = Some.Noon - (Some.Day / 2);

    [Theory]
    [InlineData("anthropic", "claude-sonnet-5", UsageClass.Input, "", 0, August, "2")]
    [InlineData("anthropic", "claude-sonnet-5", UsageClass.Input, "", 0, September - 1, "2")]
    [InlineData("anthropic", "claude-sonnet-5", UsageClass.Input, "", 0, September, "3")]
    [InlineData("anthropic", "claude-sonnet-5", UsageClass.CacheRead, "", 0, September, "0.3")]
    [InlineData("anthropic", "claude-sonnet-5", UsageClass.CacheWrite5m, "", 0, September, "3.75")]
    [InlineData("anthropic", "claude-sonnet-5", UsageClass.CacheWrite1h, "", 0, September, "6")]
    [InlineData("anthropic", "claude-sonnet-5", UsageClass.Output, "batch", 0, September, "7.5")]
    [InlineData("anthropic", "claude-opus-5", UsageClass.CacheRead, "batch", 0, August, "0.25")]
    [InlineData("anthropic", "claude-opus-5", UsageClass.WebSearch, "batch", 0, August, "10000")]
    [InlineData("anthropic", "claude-haiku-4-5-20251001", UsageClass.Output, "", 0, August, "5")]
    [InlineData("anthropic", "claude-sonnet-4-5-20250929", UsageClass.CacheWrite1h, "", 200_001, August, "12")]
    [InlineData("openai", "gpt-5", UsageClass.Input, "", 0, August, "1.25")]
    [InlineData("openai", "gpt-5", UsageClass.CacheRead, "", 0, August, "0.125")]
    [InlineData("openai", "gpt-5", UsageClass.Reasoning, "", 0, August, "10")]
    [InlineData("openai", "gpt-5", UsageClass.CacheRead, "flex", 0, August, "0.0625")]
    [InlineData("openai", "gpt-4o", UsageClass.CacheRead, "", 0, August, "1.25")]
    [InlineData("openai", "gpt-5.4", UsageClass.Output, "", 272_000, August, "15")]
    [InlineData("openai", "gpt-5.4", UsageClass.Output, "", 272_001, August, "22.5")]
    [InlineData("openai", "gpt-5.6", UsageClass.CacheWrite5m, "", 0, August, "6.25")]
    [InlineData("openai", "o3", UsageClass.Output, "", 0, 1_749_513_599_999, "40")]
    [InlineData("openai", "o3", UsageClass.Output, "", 0, 1_749_513_600_000, "8")]
    [InlineData("openai", "gpt-realtime", UsageClass.AudioInput, "", 0, August, "32")]
    [InlineData("openai", "text-embedding-3-small", UsageClass.Input, "", 0, August, "0.02")]
    [InlineData("google", "gemini-2.5-pro", UsageClass.Input, "", 200_000, August, "1.25")]
    [InlineData("google", "gemini-2.5-pro", UsageClass.Input, "", 200_001, August, "2.5")]
    [InlineData("google", "gemini-2.5-pro", UsageClass.Output, "batch", 200_001, August, "7.5")]
    [InlineData("google", "gemini-2.5-pro", UsageClass.CacheRead, "batch", 0, August, "0.125")]
    [InlineData("google", "gemini-2.5-pro", UsageClass.Input, "priority", 0, August, "2.5")]
    [InlineData("google", "gemini-2.5-flash", UsageClass.AudioInput, "", 0, August, "1")]
    [InlineData("google", "gemini-2.5-flash", UsageClass.AudioCacheRead, "", 0, August, "0.1")]
    [InlineData("google", "gemini-3.5-flash-002", UsageClass.Input, "", 0, August, "1.5")]
    [InlineData("deepseek", "deepseek-chat", UsageClass.Input, "", 0, Midnight + 1_799_999, "0.135")]
    [InlineData("deepseek", "deepseek-chat", UsageClass.Input, "", 0, Midnight + 1_800_000, "0.27")]
    [InlineData("deepseek", "deepseek-chat", UsageClass.Input, "", 0, Midnight + 59_399_999, "0.27")]
    [InlineData("deepseek", "deepseek-chat", UsageClass.Input, "", 0, Midnight + 59_400_000, "0.135")]
    [InlineData("aws", "eu.anthropic.claude-sonnet-5-v1:0", UsageClass.Input, "", 0, September, "3.3")]
    [InlineData("aws", "global.anthropic.claude-sonnet-5-v1:0", UsageClass.Input, "", 0, September, "3")]
    [InlineData("perplexity", "sonar", UsageClass.Request, "", 0, August, "12000")]
    public void The_book_has_the_published_price(
        string provider, string model, UsageClass usageClass, string tier, long contextTokens, long atMs, string usd)
    {
        var sheet = PriceBook.Default.Find(provider, model, atMs).ShouldNotBeNull();
        PriceText.FormatUsd(sheet.PriceOf(usageClass, tier, contextTokens, atMs).ShouldNotBeNull()).ShouldBe(usd);
    }

    [Fact]
    public void The_book_is_large_and_its_file_is_not()
    {
        PriceBook.Default.Version.ShouldStartWith("2026-08-21+");
        PriceBook.Default.Catalogue().Count().ShouldBeGreaterThan(1_400);
        PriceBook.Default.Providers.ShouldContain("openrouter");
        using var json = typeof(PriceBook).Assembly.GetManifestResourceStream("Assay.Ledger.Prices.prices.json").ShouldNotBeNull();
        json.Length.ShouldBeLessThan(256 * 1024);
    }
}
