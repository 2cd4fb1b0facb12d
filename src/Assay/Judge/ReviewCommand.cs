using System.CommandLine;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;

namespace Assay.Judge;

/// <summary><c>assay judge review</c>: how a decision turned out, as an entry of its own.</summary>
internal static class ReviewCommand
{
    public static Command Create(JudgeSite site)
    {
        var which = new Argument<string>("entry") { Description = "The decision: its id, path, or the beginning of its name." };
        var result = new Argument<string>("result") { Description = "held, partly, failed or moot." };
        result.AcceptOnlyFromAmong([.. JudgmentWords.Results]);
        var because = new Option<string>("--because", "-b") { Description = "What happened, in a sentence.", Required = true, HelpName = "TEXT" };
        var evidence = new Option<string[]>("--evidence") { Description = "What shows it: a link, a number. Repeatable.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("review", "Write down how a decision turned out.") { which, result, because, evidence };
        command.Run(site, async (parsed, cancellation) =>
        {
            var repository = site.Repository();
            var around = await Surroundings.FindAsync(site, repository.Root, cancellation);
            var log = await RepositoryCheck.LoadAsync(repository, cancellation);
            var reviewed = EntryLookup.One(log, parsed.GetValue(which)!);
            if (reviewed.Judgment.Status != JudgmentStatus.Accepted || reviewed.Judgment.IsReview)
            {
                throw new JudgeException($"{reviewed.Path} is no accepted decision: there is nothing to review.");
            }

            var now = site.Now();
            var word = parsed.GetValue(result)!;
            var title = $"Review: {reviewed.Judgment.Title}";
            var entry = new Judgment
            {
                Id = JudgmentId.Create(now, JudgeSite.TenRandomBytes()),
                Title = title.Length <= FrontMatter.TitleMax ? title : title[..(FrontMatter.TitleMax - 1)] + "…",
                Status = around.IsAgent || around.Owner is null ? JudgmentStatus.Proposed : JudgmentStatus.Accepted,
                Stage = JudgmentStage.Review,
                DecidedAt = now,
                Owner = around.IsAgent ? null : around.Owner,
                Ai = around.Ai(AiRelation.None),
                Refs = around.Refs(),
                Reviews = reviewed.Judgment.Id,
                Result = (ReviewResult)JudgmentWords.Find(JudgmentWords.Results, word),
                Evidence = parsed.GetValue(evidence) ?? [],
                Sections = [new Section(SectionNames.WhatHappened, parsed.GetValue(because)!.Trim())],
            };
            var folder = reviewed.Path.Contains('/', StringComparison.Ordinal) ? reviewed.Path[..reviewed.Path.LastIndexOf('/')] : ".";
            return await EntrySaver.WriteAsync(site, repository.Root, folder, entry, add: true, around, cancellation);
        });
        return command;
    }
}

/// <summary><c>assay judge supersede</c>: a new decision in place of an accepted one.</summary>
internal static class SupersedeCommand
{
    public static Command Create(JudgeSite site)
    {
        var which = new Argument<string>("entry") { Description = "The accepted decision that is replaced." };
        var title = new Argument<string>("title") { Description = "The new decision as a headline." };
        var options = new EntryOptions();
        var edit = new Option<bool>("--edit", "-e") { Description = "Finish it in $VISUAL or $EDITOR." };
        var command = new Command("supersede", "Decide anew, in place of an accepted entry, which stays as it is.") { which, title, edit };
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        command.Run(site, async (parsed, cancellation) =>
        {
            var repository = site.Repository();
            var around = await Surroundings.FindAsync(site, repository.Root, cancellation);
            var log = await RepositoryCheck.LoadAsync(repository, cancellation);
            var old = EntryLookup.One(log, parsed.GetValue(which)!);
            if (old.Judgment.Status != JudgmentStatus.Accepted)
            {
                throw new JudgeException($"{old.Path} is {log.StatusWord(old)}: only accepted entries are superseded. Edit the draft, or reject it.");
            }

            var draft = await options.ReadAsync(parsed, parsed.GetValue(title)!, () => Task.FromResult(log), site.Now());
            draft = draft with
            {
                Supersedes = [.. draft.Supersedes.Append(old.Judgment.Id).Distinct()],
                Affects = draft.Affects.Count > 0 ? draft.Affects : old.Judgment.Affects,
                Confidence = draft.Confidence is null && !draft.IsDraft && site.IsTerminal && !parsed.GetValue(edit)
                    ? EntryForm.AskConfidence(site)
                    : draft.Confidence,
            };
            var folder = old.Path.Contains('/', StringComparison.Ordinal) ? old.Path[..old.Path.LastIndexOf('/')] : ".";
            return await EntrySaver.SaveAsync(
                site, repository.Root, draft, around, new SaveOptions(folder, parsed.GetValue(edit), Add: true), cancellation);
        });
        return command;
    }
}
