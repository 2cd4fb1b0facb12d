using System.CommandLine;
using Assay.Ledger.Prices;

namespace Assay.Maintain;

/// <summary><c>assay prices import</c>: makes a price book out of a newer file of public prices.</summary>
internal static class PricesCommand
{
    public static Command Create()
    {
        var source = new Argument<FileInfo>("source")
        {
            Description = "A data.json of the genai-prices project.",
        };
        var output = new Option<FileInfo>("--output", "-o")
        {
            Description = "Where to write the book; name it under prices.file in assay.json.",
            DefaultValueFactory = _ => new FileInfo("prices.json"),
        };
        var date = new Option<string?>("--date")
        {
            Description = "The day of these prices, as 2026-08-21. Default: the file's last change.",
        };
        var onto = new Option<FileInfo?>("--onto")
        {
            Description = "The book in use: its prices stay for the days before, and what changed is dated and told.",
        };
        var import = new Command("import", "Make a price book out of a file of public prices.") { source, output, date, onto };
        import.SetAction(async (result, cancellation) =>
        {
            var from = result.GetValue(source)!;
            if (!from.Exists)
            {
                await Console.Error.WriteLineAsync($"{from.FullName} is not there.");
                return 2;
            }

            var day = DateOnly.FromDateTime(from.LastWriteTimeUtc);
            if (result.GetValue(date) is { } text && !DateOnly.TryParseExact(text, "yyyy-MM-dd", out day))
            {
                await Console.Error.WriteLineAsync($"--date: write a day like 2026-08-21, not \"{text}\".");
                return 2;
            }

            try
            {
                await using var input = from.OpenRead();
                var book = GenAiPricesImport.Convert(input, day, from.Name);
                IReadOnlyList<string> changes = [];
                if (result.GetValue(onto) is { } before)
                {
                    (book, changes) = PriceHistory.Continue(await File.ReadAllBytesAsync(before.FullName, cancellation), book, day);
                }

                // Read it back before it takes the place of a good one.
                var version = PriceBook.Load(new MemoryStream(book)).Version;
                var to = result.GetValue(output)!;
                await File.WriteAllBytesAsync(to.FullName + ".new", book, cancellation);
                File.Move(to.FullName + ".new", to.FullName, overwrite: true);
                foreach (var change in changes)
                {
                    Console.WriteLine(change);
                }

                Console.WriteLine($"{to.Name}: version {version}. Name it under prices.file in assay.json.");
                return 0;
            }
            catch (FileNotFoundException missing)
            {
                await Console.Error.WriteLineAsync($"--onto: {missing.FileName} is not there.");
                return 2;
            }
            catch (FormatException fault)
            {
                await Console.Error.WriteLineAsync($"{from.Name}: {fault.Message}");
                return 2;
            }
        });
        return new Command("prices", "Keep the price book.") { import };
    }
}
