using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Assay.Bench.Restart;
using Assay.Ledger.Book;
using Assay.Ledger.Journal;

// How long a start takes that finds so many entries in its journal, none of them applied to the store: what stands there
// after the store was down for hours. A node whose store is up keeps a few segments. Each start is a process of its own.
// usage: dotnet run -c Release --project bench/Assay.Bench.Restart [ENTRIES [STARTS]]
if (args is ["open", var path])
{
    var clock = Stopwatch.StartNew();
    var book = NewBook();
    await using var journal = Journal.Open(new JournalOptions { Directory = path }, book);
    Console.WriteLine(FormattableString.Invariant($"{clock.Elapsed.TotalSeconds:0.00} {book.Fingerprint()}"));
    return 0;
}

var entries = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 10_000_000;
var starts = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 3;
var directory = Directory.CreateTempSubdirectory("assay-bench-restart-").FullName;
var options = new JournalOptions { Directory = directory };
try
{
    var clock = Stopwatch.StartNew();
    var written = await WriteAsync(entries / 2);
    Console.WriteLine(FormattableString.Invariant(
        $"written: {entries:N0} entries, {Bytes() / 1e9:0.00} GB, {clock.Elapsed.TotalSeconds:0.0} s"));
    var same = true;
    for (var i = 0; i < starts; i++)
    {
        using var start = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, [Assembly.GetExecutingAssembly().Location, "open", directory])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var said = (await start.StandardOutput.ReadToEndAsync()).Split(' ', StringSplitOptions.TrimEntries);
        var seconds = double.Parse(said[0], CultureInfo.InvariantCulture);
        same &= ulong.Parse(said[1], CultureInfo.InvariantCulture) == written;
        Console.WriteLine(FormattableString.Invariant(
            $"started: {seconds:0.0} s, {entries / seconds / 1e6:0.00} million entries a second"));
    }

    Console.WriteLine(same ? "the balances are those that were left" : "THE BALANCES DIFFER");
    return same ? 0 : 1;
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
