using System.CommandLine;
using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Exchange;
using Assay.Judgments.Lint;
using Assay.Judgments.Yaml;

namespace Assay.Judge;

/// <summary><c>assay judge export</c>: entries as DRF or MADR.</summary>
internal static class ExportCommand
{
    public static Command Create(JudgeSite site)
    {
        var which = new Argument<string[]>("entries") { Description = "Which. Default: all.", Arity = ArgumentArity.ZeroOrMore };
        var format = new Option<string>("--format", "-f") { Description = "drf (0.3.1) or madr (4).", DefaultValueFactory = _ => "drf" };
        format.AcceptOnlyFromAmong("drf", "madr");
        var folder = new Option<string?>("--out", "-o") { Description = "A folder, one file an entry. Default: one entry to the terminal.", HelpName = "FOLDER" };
        var command = new Command("export", "Write entries in the formats of others. Nothing is lost.") { which, format, folder };
        command.Run(site, async (parsed, cancellation) =>
        {
            var log = await RepositoryCheck.LoadAsync(site.Repository(), cancellation);
            var names = parsed.GetValue(which) ?? [];
            var entries = names.Length == 0 ? log.Entries : [.. names.Select(name => EntryLookup.One(log, name))];
            if (parsed.GetValue(folder) is not { } target)
            {
                if (entries.Count != 1)
                {
                    throw new JudgeException($"{entries.Count} entries need a folder: --out exported.");
                }

                await site.Output.WriteAsync(Text(log, entries[0], parsed.GetValue(format)!));
                return 0;
            }

            var path = Path.GetFullPath(target, site.Directory);
            System.IO.Directory.CreateDirectory(path);
            foreach (var entry in entries)
            {
                var stem = Path.GetFileName(entry.Path)[..^JudgmentReader.FileSuffix.Length];
                var file = Path.Combine(path, stem + (parsed.GetValue(format) == "drf" ? ".drf.yaml" : ".md"));
                await File.WriteAllTextAsync(file, Text(log, entry, parsed.GetValue(format)!), new UTF8Encoding(false), cancellation);
            }

            await site.Output.WriteLineAsync($"{entries.Count} entries written to {target}.");
            return 0;
        });
        return command;
    }

    private static string Text(JudgmentLog log, LogEntry entry, string format)
    {
        var successor = log.SuccessorsOf(entry.Judgment.Id) is [var first, ..] ? first : null;
        return format == "drf"
            ? Drf.Write(entry.Judgment, successor is not null)
            : Madr.Write(entry.Judgment, successor?.Judgment.Id.ToString("D"));
    }
}

/// <summary><c>assay judge import</c>: entries from MADR, Nygard's ADRs and DRF.</summary>
internal static class ImportCommand
{
    private const int FilesMax = 10_000;

    public static Command Create(JudgeSite site)
    {
        var paths = new Argument<string[]>("paths") { Description = "Files or folders: *.md are decision records, *.drf.yaml are DRF.", Arity = ArgumentArity.OneOrMore };
        var folder = new Option<string?>("--in") { Description = "The folder to write to. Default: the setting `directory`.", HelpName = "FOLDER" };
        var command = new Command("import", "Take over decision records: MADR, Nygard's, DRF.") { paths, folder };
        command.Run(site, async (parsed, cancellation) =>
        {
            var repository = site.Repository();
            var log = await RepositoryCheck.LoadAsync(repository, cancellation);
            var target = parsed.GetValue(folder) ?? JudgeSite.Settings(repository.Root).Directory;
            var (done, skipped, broken) = (0, 0, 0);
            foreach (var (path, entry, faults) in ReadAll(site, Files(site, parsed.GetValue(paths)!)))
            {
                foreach (var fault in faults)
                {
                    broken++;
                    await site.Error.WriteLineAsync($"{path}:{fault.Line}:{fault.Column}: {fault.Message}");
                }

                if (entry is not null && log.Find(entry.Id) is null)
                {
                    await site.Output.WriteLineAsync($"{entry.Status.Word()}: {EntryFile.Write(repository.Root, target, entry)}");
                    done++;
                }
                else if (entry is not null)
                {
                    skipped++;
                }
            }

            await site.Output.WriteLineAsync($"{done} imported, {skipped} were there, {broken} faults. Look them over, then `git add`.");
            return broken > 0 ? 1 : 0;
        });
        return command;
    }

    private static List<string> Files(JudgeSite site, string[] paths)
    {
        var files = new List<string>();
        foreach (var path in paths.Select(p => Path.GetFullPath(p, site.Directory)))
        {
            files.AddRange(System.IO.Directory.Exists(path)
                ? System.IO.Directory.EnumerateFiles(path).Where(f => IsRecord(f)).Order(StringComparer.Ordinal)
                : File.Exists(path) ? [path] : throw new JudgeException($"{path} is not there."));
        }

        return files.Count <= FilesMax ? files : throw new JudgeException($"There are {files.Count} files, and {FilesMax} are taken at once.");
    }

    private static bool IsRecord(string file) =>
        !file.EndsWith(JudgmentReader.FileSuffix, StringComparison.Ordinal)
        && !Path.GetFileName(file).Equals("README.md", StringComparison.OrdinalIgnoreCase)
        && (file.EndsWith(".md", StringComparison.Ordinal) || IsDrf(file));

    private static bool IsDrf(string file) => file.EndsWith(".yaml", StringComparison.Ordinal) || file.EndsWith(".yml", StringComparison.Ordinal);

    private static IEnumerable<(string Path, Judgment? Entry, IReadOnlyList<Fault> Faults)> ReadAll(JudgeSite site, List<string> files)
    {
        foreach (var file in files.Where(IsDrf))
        {
            var entry = Drf.Read(File.ReadAllBytes(file), Path.GetFileName(file), out var faults);
            yield return (Path.GetRelativePath(site.Directory, file), entry, faults);
        }

        var records = files.Where(f => !IsDrf(f)).Select(f => new AdrFile(Path.GetFileName(f), File.ReadAllBytes(f))).ToList();
        foreach (var (file, entry, faults) in AdrImport.Read(records, site.Now()))
        {
            yield return (file.Name, entry, faults);
        }
    }
}
