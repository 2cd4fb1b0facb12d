using System.Text;
using Assay.Ledger.Prices;
using Assay.Ledger.Usage;

namespace Assay.Ledger.Tests.Prices;

public sealed class PriceHistoryTests
{
    private static readonly DateOnly s_day = new(2026, 12, 1);

    [Fact]
    public void A_changed_price_has_its_day_and_the_older_one_stays_for_the_days_before()
    {
        var (book, changes) = Continue(
            """{"id":"m","prices":{"input":3,"output":15}},{"id":"same","prices":{"input":1,"output":2}},{"id":"gone","prices":{"input":7,"output":8}}""",
            """{"id":"m","prices":{"input":2.5,"output":15}},{"id":"same","prices":{"input":1,"output":2}},{"id":"new","prices":{"input":4,"output":5}}""");

        changes.ShouldBe(["p/m: from 2026-12-01 input 3 → 2.5", "p/new: new"]);
        (InputAt(book, "m", "2026-11-30"), InputAt(book, "m", "2026-12-01")).ShouldBe((3, 2.5m));
        (InputAt(book, "same", "2026-11-30"), InputAt(book, "same", "2026-12-01")).ShouldBe((1, 1));
        (InputAt(book, "gone", "2026-12-02"), InputAt(book, "new", "2026-12-02")).ShouldBe((7, 4));
    }

    [Fact]
    public void A_book_that_forgot_its_past_does_not_make_the_joined_one_forget_it()
    {
        var (book, changes) = Continue(
            """{"id":"m","prices":[{"input":2,"output":10},{"from":"2026-09-01","input":3,"output":15}]}""",
            """{"id":"m","prices":{"input":3,"output":15}}""");

        changes.ShouldBeEmpty();
        (InputAt(book, "m", "2026-08-01"), InputAt(book, "m", "2026-12-05")).ShouldBe((2, 3));
    }

    [Fact]
    public void Prices_by_hours_and_those_of_later_days_are_carried_with_it()
    {
        var (book, changes) = Continue(
            """{"id":"m","prices":[{"input":2,"output":10},{"from":"2027-01-01","input":9,"output":9}]}""",
            """{"id":"m","prices":[{"input":4,"output":10},{"hours":"16:30-00:30","input":1,"output":5},{"from":"2027-02-01","input":6,"output":7}]}""");

        changes.ShouldHaveSingleItem().ShouldBe("p/m: from 2026-12-01 input 2 → 4");
        InputAt(book, "m", "2026-11-30T20:00").ShouldBe(2);
        (InputAt(book, "m", "2026-12-01T12:00"), InputAt(book, "m", "2026-12-01T20:00")).ShouldBe((4, 1));
        (InputAt(book, "m", "2027-01-15T12:00"), InputAt(book, "m", "2027-02-01T12:00")).ShouldBe((4, 6));
    }

    [Fact]
    public void The_built_in_book_carried_on_with_itself_is_the_same()
    {
        var built = typeof(PriceBook).Assembly.GetManifestResourceNames().Single(name => name.EndsWith("prices.json", StringComparison.Ordinal));
        using var stream = typeof(PriceBook).Assembly.GetManifestResourceStream(built)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);

        var (book, changes) = PriceHistory.Continue(bytes.ToArray(), bytes.ToArray(), s_day);

        changes.ShouldBeEmpty();
        PriceBook.Load(new MemoryStream(book)).Catalogue().Count().ShouldBe(PriceBook.Default.Catalogue().Count());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("nothing")]
    public void What_is_no_book_is_said(string older) =>
        Should.Throw<FormatException>(() => PriceHistory.Continue(Encoding.UTF8.GetBytes(older), Book(""), s_day));

    private static (byte[] Book, IReadOnlyList<string> Changes) Continue(string older, string newer) =>
        PriceHistory.Continue(Book(older), Book(newer), s_day);

    private static byte[] Book(string models) => Encoding.UTF8.GetBytes(
        $$"""{"format":"assay-prices/1","date":"2026-12-01","source":"test","providers":[{"id":"p","name":"P","models":[{{models}}]}]}""");

    private static decimal? InputAt(byte[] book, string model, string time)
    {
        var atMs = DateTimeOffset.Parse(time + (time.Contains('T') ? "Z" : "T12:00Z"), System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        return PriceBook.Load(new MemoryStream(book)).Find("p", model, atMs)?.PriceOf(UsageClass.Input, "", 0, atMs) / 1_000_000_000m;
    }
}
