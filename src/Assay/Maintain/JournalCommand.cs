using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assay.Ledger.Journal;

namespace Assay.Maintain;

/// <summary><c>assay journal dump</c>: shows what a node's journal holds.</summary>
internal static class JournalCommand
{
    public static Command Create()
    {
        var directory = new Argument<DirectoryInfo>("directory")
        {
            Description = "A journal's directory, as in assay-data/journal.",
        };
        var dump = new Command("dump", "Print every entry of a journal as a line of JSON.") { directory };
        dump.SetAction(result =>
        {
            var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
            {
                Converters = { new JsonStringEnumConverter() },
            };
            foreach (var record in JournalDump.Read(result.GetValue(directory)!.FullName))
            {
                Console.WriteLine(JsonSerializer.Serialize(
                    new { record.Position, Kind = record.Entry?.GetType().Name, Entry = (object?)record.Entry },
                    options));
            }

            return 0;
        });
        return new Command("journal", "Look into a node's journal.") { dump };
    }
}
