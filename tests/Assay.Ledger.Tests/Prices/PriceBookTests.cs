using Assay.Ledger.Prices;
using Assay.Ledger.Usage;
using static Assay.Ledger.Tests.Prices.Some;

namespace Assay.Ledger.Tests.Prices;

public sealed class PriceBookTests
{
    [Fact]
    public void The_first_model_that_matches_is_found_and_says_which_pattern_it_was()
    {
        var book = BookOf(
            """
            {"id":"lite","match":["m-lite*"],"prices":{"input":1}},
            {"id":"any","name":"Any M","context":1000,"match":["x","m*"],"prices":{"input":2}}
            """);

        book.Find("acme", "m-lite-2", Noon)!.Source.ModelId.ShouldBe("lite");
        book.Find("ACME", "M-Heavy", Noon)!.Source.ShouldSatisfyAllConditions(
            source => source.ModelId.ShouldBe("any"),
            source => source.Name.ShouldBe("Any M"),
            source => source.ContextWindow.ShouldBe(1000),
            source => source.Pattern.ShouldBe("m*"),
            source => source.Overrides.ShouldBeEmpty());
        book.Find("acme", "other", Noon).ShouldBeNull();
        book.Find("nobody", "m", Noon).ShouldBeNull();
    }

    [Fact]
    public void Finding_a_sheet_again_gives_the_same_object_and_allocates_nothing()
    {
        var book = BookOf("""{"id":"m","match":["m*"],"prices":{"input":1}}""");
        var first = book.Find("acme", "m-1", Noon);
        book.Find("acme", "unknown", Noon).ShouldBeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            ReferenceEquals(first, book.Find("acme", "m-1", Noon + i)).ShouldBeTrue();
            _ = book.Find("acme", "unknown", Noon);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Model_names_that_callers_make_up_do_not_fill_the_memory()
    {
        var book = BookOf("""{"id":"m","match":["m*"],"prices":{"input":1}}""");
        for (var i = 0; i < 3 * SheetFinder.SheetsMax; i++)
        {
            book.Find("acme", $"m-{i}", Noon).ShouldNotBeNull();
        }

        book.KeptSheets("acme").ShouldBeLessThan(SheetFinder.SheetsMax);
        book.Find("acme", "m" + new string('x', ModelPattern.LengthMax), Noon).ShouldBeNull();
    }

    [Fact]
    public async Task Many_threads_may_look_at_once()
    {
        var book = BookOf("""{"id":"m","match":["m*"],"prices":{"input":1}}""");
        await Parallel.ForAsync(0, 8 * SheetFinder.SheetsMax, TestContext.Current.CancellationToken, (i, _) =>
        {
            book.Find("acme", $"m-{i % 4000}", Noon).ShouldNotBeNull();
            book.Find("acme", $"x-{i % 4000}", Noon).ShouldBeNull();
            return ValueTask.CompletedTask;
        });

        book.KeptSheets("acme").ShouldBeLessThan(SheetFinder.SheetsMax + 64);
    }

    [Fact]
    public void A_provider_may_bill_the_models_of_another()
    {
        var azure = PriceBook.Default.Find("azure", "claude-opus-5", Noon).ShouldNotBeNull();
        azure.Source.Provider.ShouldBe("azure");
        azure.PriceOf(UsageClass.Output, "", 0, Noon).ShouldBe(25_000_000_000);
    }

    [Fact]
    public void The_catalogue_lists_models_with_their_prices_and_those_that_overrides_add()
    {
        var book = BookOf("""{"id":"m","name":"Model M","context":9000,"deprecated":true,"prices":{"input":1}},{"id":"n","prices":{"input":1}}""")
            .With([
                Rule("acme", "m", rule => rule.Multiplier = "3"),
                Rule("in-house", "qwen3-coder", rule => rule.Prices["input"] = "0.10"),
            ]);

        var catalogue = book.Catalogue().ToList();
        catalogue.Select(entry => $"{entry.Provider}/{entry.Model}").ShouldBe(["acme/m", "acme/n", "in-house/qwen3-coder"]);
        catalogue[0].ShouldSatisfyAllConditions(
            entry => entry.Name.ShouldBe("Model M"),
            entry => entry.ContextWindow.ShouldBe(9000),
            entry => entry.Deprecated.ShouldBeTrue(),
            entry => entry.Sheet.PriceOf(UsageClass.Input, "", 0, Noon).ShouldBe(3_000_000_000));
    }

    [Fact]
    public void The_version_names_date_and_content()
    {
        var book = BookOf("""{"id":"m","prices":{"input":1}}""");
        book.Version.ShouldMatch("^2026-08-21\\+[0-9a-f]{6}$");
        BookOf("""{"id":"m","prices":{"input":2}}""").Version.ShouldNotBe(book.Version);
        BookOf("""{"id":"m","prices":{"input":1}}""").Version.ShouldBe(book.Version);

        var rule = Rule("acme", "m", one => one.Multiplier = "0.5");
        book.With([rule]).Version.ShouldStartWith(book.Version + "+");
        book.With([]).Version.ShouldBe(book.Version);
    }

    [Theory]
    [InlineData("[]", "price book")]
    [InlineData("{", "not JSON")]
    [InlineData("""{"format":"assay-prices/2","date":"2026-08-21"}""", "format must be assay-prices/1")]
    [InlineData("""{"format":"assay-prices/1","date":"yesterday"}""", "date is not a date")]
    [InlineData("""{"format":"assay-prices/1","date":"2026-08-21","providers":[{"id":"a","models":[{"id":"m","prices":{"inptu":1}}]}]}""", "providers[0].models[0].prices[0].inptu is no usage class")]
    [InlineData("""{"format":"assay-prices/1","date":"2026-08-21","providers":[{"id":"a","models":[{"id":"m","prices":{"input":-1}}]}]}""", "input is not a price in USD per million: -1")]
    [InlineData("""{"format":"assay-prices/1","date":"2026-08-21","providers":[{"id":"a","models":[{"id":"m","prices":{"input":1e3}}]}]}""", "input is not a price")]
    [InlineData("""{"format":"assay-prices/1","date":"2026-08-21","providers":[{"id":"a","models":[{"id":"m","prices":{"input":0.0000000001}}]}]}""", "input is not a price")]
    [InlineData("""{"format":"assay-prices/1","date":"2026-08-21","providers":[{"id":"a","models":[{"id":"m","prices":{"input":1,"input":2}}]}]}""", "input is there twice")]
    [InlineData("""{"format":"assay-prices/1","date":"2026-08-21","providers":[{"id":"a","models":[{"id":"m","prices":{}}]}]}""", "is empty")]
    [InlineData("""{"format":"assay-prices/1","date":"2026-08-21","providers":[{"id":"a","models":[{"id":"m","prices":{"input":{"bas":1}}}]}]}""", "bas is not known")]
    [InlineData("""{"format":"assay-prices/1","date":"2026-08-21","providers":[{"id":"a","models":[{"id":"m","prices":{"input":{"tiers":[]}}}]}]}""", "missing or of the wrong kind")]
    [InlineData("""{"format":"assay-prices/1","date":"2026-08-21","providers":[{"id":"a"},{"id":"A"}]}""", "providers[1].id is there twice")]
    [InlineData("""{"format":"assay-prices/1","date":"2026-08-21","providers":[{"id":"a","serviceTiers":{"batch":{"multiplier":"half"}}}]}""", "serviceTiers.batch.multiplier is not a factor")]
    public void A_slip_in_a_price_file_is_named_and_not_read_as_something_else(string json, string message) =>
        Should.Throw<FormatException>(() => PriceBook.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(json))))
            .Message.ShouldContain(message);
}
