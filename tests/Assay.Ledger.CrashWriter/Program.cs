using System.Globalization;
using Assay.Ledger.Journal;
using Assay.Ledger.Money;

// CrashWriter DIRECTORY process|disk ROUND THREADS
// Appends from many threads without end and writes each acknowledged entry to standard output as 16 bytes: thread and
// number. What the parent reads was acknowledged; it kills this process at a moment of its own choice.
var options = new JournalOptions
{
    Directory = args[0],
    Durability = args[1] == "disk" ? Durability.Disk : Durability.Process,
    SegmentBytes = 32 << 10,
};
var round = int.Parse(args[2], CultureInfo.InvariantCulture);
var threads = int.Parse(args[3], CultureInfo.InvariantCulture);

await using var journal = Journal.Open(options);
await using var acknowledged = Console.OpenStandardOutput();
var turn = new Lock();
await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(async () =>
{
    var line = new byte[16];
    for (var number = 0L; ; number++)
    {
        await journal.AppendAsync(new Extended(Guid.Empty, (round * 1000L) + thread, new NanoUsd(number), number));
        BitConverter.TryWriteBytes(line, (round * 1000L) + thread);
        BitConverter.TryWriteBytes(line.AsSpan(8), number);
        lock (turn)
        {
            acknowledged.Write(line);
        }
    }
})));
