using System.CommandLine;
using System.Text;
using System.Text.Json;
using Assay.Judgments.Entries;
using Assay.Judgments.Git;
using Assay.Judgments.Lint;
using Assay.Judgments.Seals;

namespace Assay.Judge;

/// <summary>
/// <c>assay judge pull</c>: brings what waits on the server into the working tree: drafts of agents, and what owners decided about
/// drafts on a page. With <c>--commit</c> each decision is a commit whose <c>Judged-by</c> names its owner.
/// </summary>
internal static class PullCommand
{
    public static Command Create(JudgeSite site)
    {
        var repository = PushCommand.RepositoryOption();
        var commit = new Option<bool>("--commit") { Description = "Commit each decision, with a trailer that names who decided. For pipelines." };
        var command = new Command("pull", "Bring drafts and decisions from the server into the next commit (ASSAY_URL, ASSAY_KEY).") { repository, commit };
        command.Run(site, async (parsed, cancellation) =>
        {
            var here = site.Repository();
            using var server = await LogServer.NeedAsync(site, here.Root, parsed.GetValue(repository), cancellation);
            var pending = await server.GetAsync("judgments/pending?repository=" + Uri.EscapeDataString(server.Repository), cancellation);
            var log = await RepositoryCheck.LoadAsync(here, cancellation);
            var (done, conflicts) = (0, 0);
            foreach (var decision in pending.GetProperty("decisions").EnumerateArray())
            {
                if (await DecideAsync(site, here.Root, log, decision, parsed.GetValue(commit), cancellation))
                {
                    done++;
                }
                else
                {
                    conflicts++;
                }
            }

            foreach (var draft in pending.GetProperty("drafts").EnumerateArray())
            {
                done += await DraftAsync(site, here.Root, log, draft, cancellation) ? 1 : 0;
            }

            await site.Output.WriteLineAsync(done == 0 && conflicts == 0 ? "Nothing waits." : $"{done} brought, {conflicts} not.");
            return conflicts > 0 ? 1 : 0;
        });
        return command;
    }

    private static async Task<bool> DecideAsync(
        JudgeSite site, string root, JudgmentLog log, JsonElement decision, bool commit, CancellationToken cancellation)
    {
        var id = decision.GetProperty("id").GetGuid();
        var owner = decision.GetProperty("owner").GetString()!;
        var content = decision.GetProperty("content").GetString()!;
        if (JudgmentReader.Read(Encoding.UTF8.GetBytes(content)).Entry is not { } decided || decided.Id != id || decided.Owner != owner)
        {
            await site.Error.WriteLineAsync($"{id:D}: what the server sent is not the entry that was decided. Nothing was changed.");
            return false;
        }

        string path;
        if (log.Find(id) is not { } entry)
        {
            path = EntryFile.Write(root, JudgeSite.Settings(root).Directory, decided, content);
            await EntryFile.StageAsync(root, [path], cancellation);
        }
        else if (entry.Judgment.Status != JudgmentStatus.Proposed)
        {
            // Somebody brought it before, or decided here: what stands in git counts.
            return true;
        }
        else
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(root, entry.Path), cancellation);
            var text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n"));
            if (!BlobName.Fits(decision.GetProperty("draftBlob").GetString()!, text))
            {
                await site.Error.WriteLineAsync(
                    $"{entry.Path}: the draft here is not the one that {owner} decided about. Accept it here (assay judge accept), or bring back the draft they saw.");
                return false;
            }

            path = await AcceptCommand.MoveAsync(root, entry.Path, content, cancellation);
        }

        await site.Output.WriteLineAsync($"{decided.Status.Word()} by {owner}: {path}");
        if (commit)
        {
            var verb = decided.Status == JudgmentStatus.Accepted ? "Accept" : "Reject";
            await new GitProgram(root).RunAsync(
                ["commit", "--quiet", "-m", $"{verb}: {decided.Title}", "-m", $"Judged-by: {owner}\nJudgment: {id:D}", "--", path,
                 .. log.Find(id) is { } old && old.Path != path ? (string[])[old.Path] : []],
                null,
                cancellation);
        }

        return true;
    }

    private static async Task<bool> DraftAsync(
        JudgeSite site, string root, JudgmentLog log, JsonElement draft, CancellationToken cancellation)
    {
        var id = draft.GetProperty("id").GetGuid();
        var content = draft.GetProperty("content").GetString()!;
        if (log.Find(id) is not null)
        {
            return false;
        }

        if (JudgmentReader.Read(Encoding.UTF8.GetBytes(content)).Entry is not { Status: JudgmentStatus.Proposed, Owner: null } entry)
        {
            await site.Error.WriteLineAsync($"{id:D}: what the server sent is no draft. Nothing was written.");
            return false;
        }

        var path = EntryFile.Write(root, JudgeSite.Settings(root).Directory, entry, content);
        await EntryFile.StageAsync(root, [path], cancellation);
        await site.Output.WriteLineAsync($"draft by {draft.GetProperty("draftedBy").GetString()}: {path}");
        return true;
    }
}
