using System.CommandLine;
using Assay.Judgments.Drafts;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;

namespace Assay.Judge;

/// <summary><c>assay judge accept</c>: a person takes a draft as their decision.</summary>
internal static class AcceptCommand
{
    public static Command Create(JudgeSite site)
    {
        var which = new Argument<string>("entry") { Description = "The draft: its id, path, or the beginning of its name." };
        var sure = new Option<string?>("--confidence", "-c") { Description = "How sure you are, 0 to 100.", HelpName = "0-100" };
        var reject = new Option<bool>("--reject") { Description = "Decide against it: the entry becomes rejected." };
        var command = new Command("accept", "Take a draft as your decision.") { which, sure, reject };
        command.Run(site, async (parsed, cancellation) =>
        {
            var repository = site.Repository();
            var around = await Surroundings.FindAsync(site, repository.Root, cancellation);
            if (around.IsAgent)
            {
                throw new JudgeException("An agent may only draft. A person accepts, in a terminal of their own.");
            }

            if (around.Owner is null)
            {
                throw new JudgeException("git knows no person here: set user.email to your address. An entry has one owner, who is a person.");
            }

            var log = await RepositoryCheck.LoadAsync(repository, cancellation);
            var entry = EntryLookup.One(log, parsed.GetValue(which)!);
            if (entry.Judgment.Status != JudgmentStatus.Proposed)
            {
                throw new JudgeException($"{entry.Path} is {log.StatusWord(entry)}, and only drafts are accepted.");
            }

            var confidence = EntryOptions.Percent("--confidence", parsed.GetValue(sure))
                ?? (site.IsTerminal ? EntryForm.AskConfidence(site) : null);
            if (confidence is null && !parsed.GetValue(reject) && !entry.Judgment.IsReview)
            {
                throw new JudgeException("Say how sure you are: --confidence 70.");
            }

            var text = DraftDecision.Apply(
                (await File.ReadAllTextAsync(Path.Combine(repository.Root, entry.Path), cancellation)).ReplaceLineEndings("\n"),
                parsed.GetValue(reject) ? JudgmentStatus.Rejected : JudgmentStatus.Accepted,
                around.Owner,
                confidence,
                site.Now());
            var path = await MoveAsync(repository.Root, entry.Path, text, cancellation);
            await site.Output.WriteLineAsync($"{(parsed.GetValue(reject) ? "rejected" : "accepted")} by {around.Owner}: {path} (in the next commit)");
            return 0;
        });
        return command;
    }

    /// <summary>Writes the decided entry, under the name of its day, and puts it into the next commit.</summary>
    internal static async Task<string> MoveAsync(string root, string path, string text, CancellationToken cancellation)
    {
        var read = JudgmentReader.Read(text).Entry ?? throw new JudgeException($"{path} could not be changed: edit it by hand.");
        var target = DraftDecision.PathOf(path, read);
        await File.WriteAllTextAsync(Path.Combine(root, path), text, cancellation);
        if (target != path)
        {
            File.Move(Path.Combine(root, path), Path.Combine(root, target), overwrite: false);
        }

        // Both names, so that git sees a move; the old one may never have been added.
        await EntryFile.StageAsync(root, [target], cancellation);
        if (target != path)
        {
            await EntryFile.ForgetAsync(root, path, cancellation);
        }

        return target;
    }
}
