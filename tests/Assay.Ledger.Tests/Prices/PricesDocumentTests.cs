using System.Text.Json;
using System.Text.RegularExpressions;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Tests.Prices;

/// <summary>The examples of docs/prices.md work as they stand there.</summary>
public sealed class PricesDocumentTests
{
    private static readonly JsonDocumentOptions s_jsonc = new() { CommentHandling = JsonCommentHandling.Skip };

    [Fact]
    public void The_example_of_a_price_file_is_a_price_file()
    {
        var book = PriceBook.Load(new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(Example(0))));
        var sheet = book.Find("anthropic", "claude-sonnet-5-20260801", Some.Noon).ShouldNotBeNull();
        sheet.PriceOf(UsageClass.Output, "batch", 0, Some.Noon).ShouldBe(7_000_000_000);
        sheet.PriceOf(UsageClass.Input, "batch", 0, Some.Noon).ShouldBe(1_000_000_000);
    }

    [Fact]
    public void The_examples_of_overrides_are_overrides()
    {
        var overrides = Example(1).GetProperty("prices").GetProperty("overrides").EnumerateArray().Select(Rule).ToList();
        var book = PriceBook.Default.With(overrides);
        book.Find("openai", "gpt-5", Some.Noon)!.PriceOf(UsageClass.Output, "", 0, Some.Noon).ShouldBe(8_000_000_000);
        book.Find("openai", "gpt-5", Some.Noon)!.PriceOf(UsageClass.Output, "priority", 0, Some.Noon).ShouldBe(16_000_000_000);
        book.Find("anthropic", "claude-sonnet-5", Some.Noon)!
            .PriceOf(UsageClass.Input, "", 200_001, Some.Noon + (90 * Some.Day)).ShouldBe(4_800_000_000);
        book.Find("metacode", "qwen3-coder", Some.Noon)!.PriceOf(UsageClass.CacheRead, "", 0, Some.Noon).ShouldBe(100_000_000);
    }

    [Fact]
    public void Every_class_is_in_the_table_of_classes()
    {
        var document = Document();
        foreach (var name in ClassNames.All)
        {
            document.ShouldContain($"\n| `{name}` | ");
        }
    }

    private static PriceRule Rule(JsonElement json) => Some.Rule(
        json.GetProperty("provider").GetString()!,
        json.GetProperty("model").GetString()!,
        rule =>
        {
            rule.Multiplier = json.TryGetProperty("multiplier", out var multiplier) ? multiplier.GetString() : null;
            rule.From = json.TryGetProperty("from", out var from) ? from.GetString() : null;
            Fill(json, "prices", rule.Prices);
            Fill(json, "serviceTiers", rule.ServiceTiers);
        });

    private static void Fill(JsonElement json, string key, IDictionary<string, string> into)
    {
        if (json.TryGetProperty(key, out var values))
        {
            foreach (var value in values.EnumerateObject())
            {
                into[value.Name] = value.Value.GetString()!;
            }
        }
    }

    private static JsonElement Example(int index)
    {
        var blocks = Regex.Matches(Document(), "```jsonc\n(?<json>.*?)```", RegexOptions.Singleline, TimeSpan.FromSeconds(5));
        return JsonDocument.Parse(blocks[index].Groups["json"].Value, s_jsonc).RootElement;
    }

    private static string Document()
    {
        using var stream = typeof(PricesDocumentTests).Assembly.GetManifestResourceStream("prices.md").ShouldNotBeNull();
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
