using System.Diagnostics;
using System.Globalization;
using Assay.Bench.Restart;
using Assay.Ledger.Book;
using Assay.Ledger.Journal;

// How long a start takes that finds so many entries in its journal, none of them applied to the store: what stands there
// after the store was down for hours. A node whose store is up keeps a few segments.
// usage: dotnet run -c Release --project bench/Assay.Bench.Restart [ENTRIES]
var entries = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 10_000_000;
var directory = Directory.CreateTempSubdirectory("assay-bench-restart-").FullName;
var options = new JournalOptions { Directory = directory };
try
{
    var clock = Stopwatch.StartNew();
    var written = await WriteAsync(entries / 2);
    Console.WriteLine(FormattableString.Invariant(
        $"written: {entries:N0} entries, {Bytes() / 1e9:0.00} GB, {clock.Elapsed.TotalSeconds:0.0} s"));

    clock.Restart();
    var book = NewBook();
    await using var journal = Journal.Open(options, book);
    var seconds = clock.Elapsed.TotalSeconds;
    Console.WriteLine(FormattableString.Invariant(
        $"started: {seconds:0.0} s, {entries / seconds / 1e6:0.00} million entries a second; {Environment.ProcessorCount} cores, .NET {Environment.Version}"));
    Console.WriteLine(book.Fingerprint() == written ? "the balances are those that were left" : "THE BALANCES DIFFER");
    return book.Fingerprint() == written ? 0 : 1;
}
finally
{
    Directory.Delete(directory, recursive: true);
}

async Task<ulong> WriteAsync(long calls)
{
    var live = NewBook();
    await using var journal = Journal.Open(options);
    for (long i = 0; i < calls; i++)
    {
        var (reserved, settled) = Samples.Call(i);
        live.Apply(reserved);
        live.Apply(settled);
        await journal.AppendAsync(reserved, CancellationToken.None);
        await journal.AppendAsync(settled, CancellationToken.None);
    }

    return live.Fingerprint();
}

long Bytes() => new DirectoryInfo(directory).EnumerateFiles().Sum(file => file.Length);

static Book NewBook() => new();
