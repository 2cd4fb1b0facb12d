using System.Text.Json;
using Assay.Judge;
using Assay.Judgments.Drafts;
using Assay.Judgments.Entries;
using Assay.Judgments.Git;
using Assay.Judgments.Lint;
using Assay.Judgments.Search;
using Assay.Server.Mcp;

namespace Assay.Mcp;

/// <summary>The log of one working tree. Drafts become files in it; what an agent tried to forge is kept under git's own folder.</summary>
internal sealed class LocalLog(JudgeSite site, string root) : IMcpLog
{
    private const long AuditBytesMax = 1 << 20;

    private readonly string _name = Path.GetFileName(root);

    public async ValueTask<IReadOnlyList<JudgmentShelf>> ShelvesAsync(CancellationToken ct) =>
        [new JudgmentShelf(_name, await RepositoryCheck.LoadAsync(new GitRepository(root), ct))];

    public async ValueTask<KeptDraft> DraftAsync(string? repository, AgentDraft draft, CancellationToken ct)
    {
        if (repository is not null && !repository.Equals(_name, StringComparison.OrdinalIgnoreCase))
        {
            return KeptDraft.Refused($"This is the repository {_name}, and no other.");
        }

        var around = await Surroundings.FindAsync(site, root, ct);
        var now = site.Now();
        var entry = (draft with
        {
            Tool = draft.Tool ?? around.Tool,
            Model = draft.Model ?? around.Model,
            Session = draft.Session ?? around.Session,
            Refs = [.. around.Refs().Concat(draft.Refs).Distinct(StringComparer.Ordinal)],
        }).ToEntry(now, JudgmentId.Create(now, JudgeSite.TenRandomBytes()), out var fault);
        if (entry is null)
        {
            return KeptDraft.Refused(fault!);
        }

        var path = EntryFile.Write(root, JudgeSite.Settings(root).Directory, entry);
        return new KeptDraft(entry.Id, path, null);
    }

    /// <summary>One line in <c>.git/assay/forged.jsonl</c>, which no commit carries and no clone takes along.</summary>
    public async ValueTask ForgedAsync(string what, CancellationToken ct)
    {
        var git = (await new GitProgram(root).TextAsync(ct, "rev-parse", "--absolute-git-dir")).Trim();
        var file = Path.Combine(System.IO.Directory.CreateDirectory(Path.Combine(git, "assay")).FullName, "forged.jsonl");
        var line = JsonSerializer.Serialize(new { at = JudgmentWriter.Time(site.Now()), tried = what });
        if (!File.Exists(file) || new FileInfo(file).Length < AuditBytesMax)
        {
            await File.AppendAllTextAsync(file, line + "\n", ct);
        }

        await site.Error.WriteLineAsync("assay mcp: refused and written down: " + what);
    }
}
