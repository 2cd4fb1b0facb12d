using System.CommandLine;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;

namespace Assay.Judge;

/// <summary>A new entry: in one line, with questions, or in an editor.</summary>
internal static class EntryCommand
{
    public static void AddTo(Command command, JudgeSite site)
    {
        var title = new Argument<string?>("title")
        {
            Description = "The decision as a headline: \"Leases, not a lock per call\".",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var options = new EntryOptions();
        var edit = new Option<bool>("--edit", "-e") { Description = "Finish it in $VISUAL or $EDITOR." };
        var folder = new Option<string?>("--in")
        {
            Description = "The folder to write to. Default: the setting `directory`, or docs/judgments.",
            HelpName = "FOLDER",
        };
        var noAdd = new Option<bool>("--no-add") { Description = "Do not put the file into the next commit." };
        command.Add(title);
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        command.Add(edit);
        command.Add(folder);
        command.Add(noAdd);
        command.Run(site, async (parsed, cancellation) =>
        {
            var repository = site.Repository();
            var around = await Surroundings.FindAsync(site, repository.Root, cancellation);
            var draft = await DraftAsync(parsed, cancellation);
            return await EntrySaver.SaveAsync(
                site,
                repository.Root,
                draft,
                around,
                new SaveOptions(parsed.GetValue(folder), parsed.GetValue(edit), !parsed.GetValue(noAdd)),
                cancellation);
        });

        async Task<EntryDraft> DraftAsync(ParseResult parsed, CancellationToken cancellation)
        {
            var given = parsed.GetValue(title);
            if (site.IsTerminal && !parsed.GetValue(edit) && options.AreEmpty(parsed))
            {
                return EntryForm.Ask(site, given);
            }

            if (given is null)
            {
                throw new JudgeException("Say what was decided: assay judge \"Leases, not a lock per call\" --because \"…\". In a terminal, `assay judge` asks.");
            }

            var draft = await options.ReadAsync(
                parsed, given, () => RepositoryCheck.LoadAsync(site.Repository(), cancellation), site.Now());
            return draft.Confidence is null && !draft.IsDraft && site.IsTerminal && !parsed.GetValue(edit)
                ? draft with { Confidence = EntryForm.AskConfidence(site) }
                : draft;
        }
    }
}

/// <param name="Folder">Null: as the settings say.</param>
/// <param name="Edit">Open an editor before it is taken.</param>
/// <param name="Add">Put it into the next commit.</param>
internal sealed record SaveOptions(string? Folder, bool Edit, bool Add);

/// <summary>Turns what was said into a file, checks it alone, and says what happened in a few lines.</summary>
internal static class EntrySaver
{
    public static async Task<int> SaveAsync(
        JudgeSite site, string root, EntryDraft draft, Surroundings around, SaveOptions options, CancellationToken cancellation)
    {
        var settings = JudgeSite.Settings(root);
        var now = site.Now();
        var entry = draft.ToEntry(around, now, JudgmentId.Create(now, JudgeSite.TenRandomBytes()));
        if (options.Edit)
        {
            entry = Editor.Edit(site, EntryTemplate.Fill(entry), entry);
        }

        return await WriteAsync(site, root, options.Folder ?? settings.Directory, entry, options.Add, around, cancellation);
    }

    public static async Task<int> WriteAsync(
        JudgeSite site, string root, string folder, Judgment entry, bool add, Surroundings around, CancellationToken cancellation)
    {
        var path = EntryFile.Write(root, folder.Replace('\\', '/').Trim('/'), entry);
        if (add)
        {
            await EntryFile.StageAsync(root, [path], cancellation);
        }

        var log = new JudgmentLog([new LogFile(path, JudgmentReader.Read(JudgmentWriter.Write(entry)))]);
        await site.Output.WriteLineAsync($"{entry.Status.Word()}: {path}{(add ? " (in the next commit)" : "")}");
        await site.Output.WriteLineAsync($"id {entry.Id:D}" + (entry.Refs.Count > 0 ? $", refs {string.Join(", ", entry.Refs)}" : "")
            + (entry.Ai.Sessions.Count > 0 ? $", session {entry.Ai.Sessions[0]}" : ""));
        if (entry.Status == JudgmentStatus.Proposed)
        {
            await site.Output.WriteLineAsync(WhyProposed(entry, around));
        }

        // Alone it cannot be checked against others; `check` does that. What it lacks by itself is said at once.
        foreach (var finding in Linter.Check(LintContext.WithoutHistory(log, site.Clock.GetUtcNow())))
        {
            if (finding.Severity >= Severity.Warning && finding.Rule is not ("JL011" or "JL012" or "JL021"))
            {
                await site.Error.WriteLineAsync($"{finding.Path}:{finding.Line}: {finding.Rule}: {finding.Message}");
            }
        }

        return 0;
    }

    private static string WhyProposed(Judgment entry, Surroundings around)
    {
        var why = around.IsAgent ? "an agent may only draft"
            : around.Owner is null ? "git knows no person here: set user.email"
            : entry.Confidence is null ? "nobody said yet how sure they are"
            : "as asked";
        return $"It is a draft ({why}). Accept it with: assay judge accept {JudgmentId.Tail(entry.Id)} --confidence 70";
    }
}
