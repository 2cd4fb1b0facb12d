using Assay.Demo;
using Assay.Judgments.Entries;
using Assay.Outcomes.Ladder;
using Assay.Server.Judgments;
using Assay.Server.Outcomes;
using Assay.Server.Store;

namespace Assay.EndToEnd.Tests.Console;

/// <summary>The decisions of the sample company, and what somebody wrote who wants to run something in a reader's browser.</summary>
internal static class SampleLog
{
    public const string Repository = "northwind/shop";

    public static readonly Guid HostileId = Guid.ParseExact("019f0000-0000-7000-8000-00000badc0de", "D");

    /// <summary>Waits for the employee.</summary>
    public static Guid DraftId { get; private set; }

    public static async Task WriteAsync(IStore store, SampleCompany company, DateTimeOffset now, CancellationToken ct)
    {
        var sessions = (await store.Usage.SessionsAsync(new SessionQuery(now.AddDays(-30), now), ct)).Select(s => s.Session).Distinct().Take(12).ToList();
        var log = new DemoLog(now, [.. company.People.Where(p => p.TeamId is "platform" or "payments").Select(p => p.Email)], 7) { Sessions = sessions };
        var snapshot = log.Create();
        await store.Judgments.PutRepositoryAsync(JudgmentRepository.New(Repository, "main", "org", []), "setup", ct);
        await store.Judgments.ApplyAsync(Repository, snapshot with { Entries = [.. snapshot.Entries, Hostile(now)] }, "push", ct);
        await store.Outcomes.ApplyAsync(
            new OutcomeBatch { Outcomes = [.. snapshot.Entries.Where((_, i) => i % 9 == 7).Select(LedTo), HostileOutcome(now.AddDays(-400))] }, ct);
        var draft = log.Draft();
        DraftId = draft.Id;
        var employee = company.People.First(p => p.TeamId == "platform" && p.Role == Assay.Server.Directory.Role.Employee);
        await store.Judgments.AddDraftAsync(
            new JudgmentDraft(draft.Id, Repository, JudgmentWriter.Write(draft), employee.Id, "agent:claude-code", now.ToUnixTimeMilliseconds()), 10, ct);
    }

    /// <summary>The change that an entry came with.</summary>
    private static OutcomeReport LedTo(Assay.Judgments.Seals.SnapshotEntry entry, int number) => new()
    {
        Kind = "change",
        Source = "github",
        Ref = $"{Repository}#{120 + number}",
        FactsMs = entry.CommittedAt.ToUnixTimeMilliseconds(),
        Title = "Checkout without a second call to the store",
        Url = $"https://github.com/{Repository}/pull/{120 + number}",
        Repo = Repository,
        Commits = [entry.Commit],
        Steps =
        [
            new OutcomeStep(OutcomeEvent.Accepted, entry.CommittedAt.AddHours(3).ToUnixTimeMilliseconds()),
            .. number % 3 == 0 ? (OutcomeStep[])[new OutcomeStep(OutcomeEvent.Reverted, entry.CommittedAt.AddDays(4).ToUnixTimeMilliseconds())] : [],
        ],
    };

    private static OutcomeReport HostileOutcome(DateTimeOffset now) => new()
    {
        Kind = "change",
        Source = "api",
        Ref = Script,
        FactsMs = now.ToUnixTimeMilliseconds(),
        Title = Script,
        Url = "javascript:window.ran=11",
        Repo = Repository,
        WorkRefs = [Script],
        Steps = [new OutcomeStep(OutcomeEvent.Proposed, now.ToUnixTimeMilliseconds())],
    };

    private const string Script = "<script>window.ran=1</script><img src=x onerror=\"window.ran=2\"><svg onload=\"window.ran=3\"></svg>";

    private static Assay.Judgments.Seals.SnapshotEntry Hostile(DateTimeOffset now)
    {
        const string Links = "[a](javascript:window.ran=4) [b](data:text/html,<script>window.ran=5</script>) ![c](https://evil.example/x.png) "
            + "<javascript:window.ran=6> [d](https://example.com/ok \"t\\\" onmouseover=window.ran=7\") <a href=\"javascript:window.ran=8\">e</a>";
        var text = JudgmentWriter.Write(new Judgment
        {
            Id = HostileId,
            Title = Script,
            Status = JudgmentStatus.Accepted,
            Stage = JudgmentStage.Override,
            DecidedAt = now.AddDays(-400),
            Owner = "ada.lindqvist@example.com",
            Confidence = 50,
            Ai = new AiPart(AiRole.Proposed, AiRelation.Overrode, "<script>window.ran=1</script>", Script, [Script]),
            Affects = [Script],
            Refs = [Script, "javascript:window.ran=9"],
            Tags = ["<b>tag</b>"],
            Sections =
            [
                new(SectionNames.Decision, Script + "\n\n" + Links),
                new(SectionNames.Proposed, Links + Script),
                new(SectionNames.Chosen, Links),
                new(SectionNames.Rejected, $"- **{Script}**: {Links} *Reconsider if:* {Script}"),
                new(Script, new string('>', 2000) + Script + "\n\n```html\n" + Script + "\n```"),
            ],
        });
        return new(
            "docs/<b>x</b>.judgment.md", Assay.Judgments.Seals.BlobName.Of(System.Text.Encoding.UTF8.GetBytes(text)), text,
            new string('a', 40), now.AddDays(-399), "<script>window.ran=10</script>", []);
    }
}
