using System.Text;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Tests.Prices;

public sealed class GenAiPricesImportTests
{
    private const string Source = "pydantic/genai-prices prices/data.json @ 47df840a, MIT";

    private static readonly DateOnly s_date = new(2026, 8, 21);

    [Fact]
    public void The_price_book_in_the_program_is_what_the_importer_makes()
    {
        // The fixture has some models of the same data.json; the book has one model a line.
        using var fixture = typeof(GenAiPricesImportTests).Assembly.GetManifestResourceStream("genai-prices.trimmed.json").ShouldNotBeNull();
        using var book = typeof(PriceBook).Assembly.GetManifestResourceStream("Assay.Ledger.Prices.prices.json").ShouldNotBeNull();
        using var reader = new StreamReader(book);

        var made = Lines(Encoding.UTF8.GetString(GenAiPricesImport.Convert(fixture, s_date, Source)));
        var kept = new Queue<string>(Lines(reader.ReadToEnd()));

        made.Length.ShouldBeGreaterThan(30);
        foreach (var line in made)
        {
            while (kept.TryPeek(out var other) && other != line)
            {
                kept.Dequeue();
            }

            kept.TryDequeue(out _).ShouldBeTrue($"not in the book, or not in this order: {line}");
        }
    }

    [Fact]
    public void The_same_file_always_gives_the_same_bytes()
    {
        const string json = """[{"id":"a","name":"A","models":[{"id":"m","match":{"equals":"m"},"prices":{"output_mtok":2,"input_mtok":1}}]}]""";
        Import(json).ShouldBe(
            """
            {"format":"assay-prices/1","date":"2026-08-21",
            "source":"here",
            "providers":[
            {"id":"a","name":"A","models":[
            {"id":"m","prices":{"input":1,"output":2}}]}
            ]}

            """);
    }

    [Theory]
    [InlineData("""{"equals":"a"}""", "a")]
    [InlineData("""{"starts_with":"a"}""", "a*")]
    [InlineData("""{"ends_with":"a"}""", "*a")]
    [InlineData("""{"contains":"a"}""", "*a*")]
    [InlineData("""{"or":[{"equals":"a"},{"or":[{"starts_with":"b"},{"equals":"a"}]}]}""", "a|b*")]
    [InlineData("""{"regex":"^gemini-3\\.5-flash-\\d"}""", "gemini-3.5-flash-#*")]
    [InlineData("""{"regex":"^x-ai/grok-4\\.3-\\d{8}$"}""", "x-ai/grok-4.3-########")]
    [InlineData("""{"regex":"a\\d$"}""", "*a#")]
    public void A_match_clause_becomes_patterns(string match, string patterns)
    {
        using var json = System.Text.Json.JsonDocument.Parse(match);
        GenAiMatch.Patterns(json.RootElement, "here").ShouldBe(patterns.Split('|'));
    }

    [Theory]
    [InlineData("""{"regex":"^o[134]"}""")]
    [InlineData("""{"regex":"^ab+$"}""")]
    [InlineData("""{"regex":"(a|b)"}""")]
    [InlineData("""{"regex":"^a.c$"}""")]
    [InlineData("""{"equals":"a*"}""")]
    [InlineData("""{"and":[{"contains":"a"},{"contains":"b"}]}""")]
    public void A_match_that_patterns_cannot_say_fails_the_import(string match)
    {
        using var json = System.Text.Json.JsonDocument.Parse(match);
        Should.Throw<FormatException>(() => GenAiMatch.Patterns(json.RootElement, "a/b")).Message.ShouldStartWith("a/b: ");
    }

    [Theory]
    [InlineData("0.0028", "0.0028")]
    [InlineData("0.18000000000000002", "0.18")]
    [InlineData("5e-3", "0.005")]
    [InlineData("15", "15")]
    public void A_number_is_taken_from_its_text_to_the_nearest_nano(string number, string price) =>
        Import(Model($$"""{"input_mtok":{{number}}}""")).ShouldContain($$"""{"input":{{price}}}""");

    [Fact]
    public void A_request_fee_by_the_thousand_becomes_one_by_the_million() =>
        Import(Model("""{"input_mtok":1,"requests_kcount":12}""")).ShouldContain("""{"input":1,"request":12000}""");

    [Fact]
    public void Tiers_dates_and_hours_are_kept()
    {
        Import(Model("""{"input_mtok":{"base":3,"tiers":[{"start":200000,"price":6}]}}"""))
            .ShouldContain("""{"input":{"base":3,"tiers":[{"above":200000,"price":6}]}}""");
        Import(Model("""[{"prices":{"input_mtok":1}},{"constraint":{"start_date":"2026-09-01"},"prices":{"input_mtok":2}}]"""))
            .ShouldContain("""[{"input":1},{"from":"2026-09-01","input":2}]""");
        Import(Model("""[{"prices":{"input_mtok":1}},{"constraint":{"start_time":"00:30:00Z","end_time":"16:30:00Z"},"prices":{"input_mtok":2}}]"""))
            .ShouldContain("""[{"input":1},{"hours":"00:30-16:30","input":2}]""");
    }

    [Fact]
    public void A_model_without_prices_is_left_out_unless_it_is_known_to_be_free()
    {
        Import(Model("{}")).ShouldNotContain("\"id\":\"m\"");
        Import(Model("{}", "m:free")).ShouldContain("""{"id":"m:free","prices":{"input":0,"output":0}}""");
        PriceBook.Default.Find("openai", "omni-moderation-latest", Some.Noon)!
            .Cost(Some.Counts((UsageClass.Input, 9)), "", Some.Noon).ShouldBe(new Charge(default, true));
        PriceBook.Default.Find("google", "gemma-3-27b-it", Some.Noon).ShouldBeNull();
    }

    [Fact]
    public void A_one_hour_cache_write_of_claude_costs_twice_the_input_wherever_a_cache_write_is_priced()
    {
        Import(Model("""{"input_mtok":3,"cache_write_mtok":3.75}""", "x.claude-y")).ShouldContain("\"cache_write_1h\":6");
        Import(Model("""{"input_mtok":3}""", "x.claude-y")).ShouldNotContain("cache_write_1h");
        Import(Model("""{"input_mtok":3,"cache_write_mtok":3.75}""")).ShouldNotContain("cache_write_1h");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("""[{"id":"a","name":"A"}]""")]
    [InlineData("""[{"id":"a","name":"A","models":[{"id":"m","match":{"equals":"m"},"prices":{"video_mtok":1}}]}]""")]
    [InlineData("""[{"id":"a","name":"A","models":[{"id":"m","match":{"equals":"m"},"prices":{"input_mtok":-1}}]}]""")]
    public void A_file_that_is_something_else_fails_the_import(string json) =>
        Should.Throw<FormatException>(() => Import(json));

    private static string Model(string prices, string id = "m") =>
        $$"""[{"id":"a","name":"A","models":[{"id":"{{id}}","match":{"equals":"{{id}}"},"prices":{{prices}}}]}]""";

    private static string Import(string json) =>
        Encoding.UTF8.GetString(GenAiPricesImport.Convert(new MemoryStream(Encoding.UTF8.GetBytes(json)), s_date, "here"));

    private static string[] Lines(string json) =>
        [.. json.Split('\n').Select(line => line.TrimEnd(',', ']', '}')).Where(line => line.Length > 0)];
}
