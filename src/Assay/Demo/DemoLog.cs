using System.Globalization;
using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Seals;

namespace Assay.Demo;

/// <summary>
/// A year of decisions of a company that does not exist, the same for the same seed: overrides and reviews, a chain, drafts that
/// wait, decisions under pressure, and some that were written down too late.
/// </summary>
internal sealed class DemoLog(DateTimeOffset now, IReadOnlyList<string> owners, int seed)
{
    public const string Repository = "lindenhof/dispatch";

    private const int Days = 330;

    private static readonly (string Title, string Proposed, string Why, string Other, string OtherWhy, string Path)[] s_topics =
    [
        ("Leases in the store, not a lock per {0} call", "Take a lock in Redis for every {0} call.", "one more thing to run, and a pause loses the lock", "A lock table", "every call waits for one row", "src/{0}/Leases/**"),
        ("{0} answers from a snapshot, not from the database", "Read the database on every {0} request.", "the page was slow exactly when everybody looked", "A cache with a minute to live", "a revoked permission would stay for a minute", "src/{0}/Read/**"),
        ("Refuse {0} requests without an idempotency key", "Guess duplicates of {0} requests by their content.", "two honest orders can look the same", "Deduplicate within five minutes", "a retry after a night would be a second order", "src/{0}/Api/**"),
        ("Keep {0} events for 400 days", "Keep every {0} event for good.", "nobody asks after a year, and the law says delete", "Ninety days", "the yearly comparison needs thirteen months", "src/{0}/Retention/**"),
        ("One queue for {0}, ordered by customer", "A queue per region for {0}.", "customers move between regions", "No order at all", "the driver would see the second stop first", "src/{0}/Queue/**"),
        ("Round {0} prices once, at the end", "Round every line of a {0} price.", "the sum of the lines must be the invoice", "Round half to even", "the customers' own books round up", "src/{0}/Pricing/**"),
        ("{0} times are kept in UTC, with the zone beside", "Keep {0} times in local time.", "a route over midnight in October has two hours that look alike", "Only UTC", "a depot's opening hours mean local time", "src/{0}/Time/**"),
        ("Write the {0} import by hand, without a mapping library", "Use a mapping library for the {0} import.", "three fields need a rule of their own anyway", "Generate it", "the generated code was longer than the hand-written one", "src/{0}/Import/**"),
        ("Ask the driver before {0} changes the route", "Change the route at once when {0} knows better.", "a driver who is surprised stops following it", "Only tell them", "they would drive on while reading", "src/{0}/Routing/**"),
        ("{0} fails closed when the price book is missing", "Use the last known price in {0}.", "a price that nobody can explain is worse than none", "Ask a second source", "two sources disagree every week", "src/{0}/Prices/**"),
    ];

    private static readonly string[] s_components = ["Dispatch", "Tracking", "Billing", "Depots", "Quotes"];

    private readonly Random _random = new(seed);
    private readonly List<Judgment> _entries = [];
    private readonly Dictionary<Guid, TimeSpan> _late = [];

    /// <summary>Refers to these pieces of work and conversations now and then, so that there is spend to join.</summary>
    public IReadOnlyList<string> WorkRefs { get; init; } = [];

    public IReadOnlyList<string> Sessions { get; init; } = [];

    public RepositorySnapshot Create()
    {
        foreach (var component in s_components)
        {
            foreach (var topic in s_topics)
            {
                Decide(topic, component);
            }
        }

        Supersede();
        var files = _entries.Select(File).ToList();
        return new RepositorySnapshot(
            Hash("head"),
            files,
            [.. _entries.Zip(files).Where(p => p.First.Status == JudgmentStatus.Accepted)
                .Select(p => new Seal(p.First.Id, p.Second.Blob, p.Second.Path, p.Second.Commit, p.Second.CommittedAt))],
            [],
            0);
    }

    /// <summary>A draft as an agent leaves it for a person.</summary>
    public Judgment Draft() => new()
    {
        Id = NewId(now.AddMinutes(-20)),
        Title = "Retry a failed label print twice, then show it to the clerk",
        Status = JudgmentStatus.Proposed,
        Stage = JudgmentStage.Tradeoff,
        DecidedAt = Second(now.AddMinutes(-20)),
        Ai = new AiPart(AiRole.Proposed, AiRelation.Modified, "claude-code", "claude-opus-5", Sessions.Count > 0 ? [Sessions[0]] : []),
        Affects = ["src/Depots/Labels/**"],
        Sections =
        [
            new(SectionNames.Decision, "A failed print is tried twice more within a minute, then it is the clerk's to see."),
            new(SectionNames.Proposed, "Retry without end, with growing pauses."),
            new(SectionNames.Chosen, "Twice, then a person."),
            new(SectionNames.Rejected, "- **Retry without end**: a parcel without a label waits where nobody looks. *Reconsider if:* printers report their state."),
        ],
    };

    private void Decide((string Title, string Proposed, string Why, string Other, string OtherWhy, string Path) topic, string component)
    {
        var at = Second(now.AddDays(-_random.NextDouble() * Days).AddHours(-2));
        var relation = _random.Next(10) switch { < 4 => AiRelation.Overrode, < 6 => AiRelation.Modified, < 8 => AiRelation.Followed, _ => AiRelation.None };
        var sure = _random.Next(20) switch { < 4 => _random.Next(20, 50), < 10 => _random.Next(50, 75), _ => _random.Next(75, 98) };
        var title = Fill(topic.Title, component);
        var proposed = relation == AiRelation.Followed ? title + "." : Fill(topic.Proposed, component);
        var sections = new List<Section> { new(SectionNames.Decision, $"{title}.\n\nBecause {topic.Why}.") };
        if (relation is not AiRelation.None)
        {
            sections.Add(new(SectionNames.Proposed, proposed));
        }

        if (relation is AiRelation.Overrode or AiRelation.Modified)
        {
            sections.Add(new(SectionNames.Chosen, title + "."));
        }

        if (_random.Next(12) > 0)
        {
            sections.Add(new(SectionNames.Rejected, $"- **{topic.Other}**: {topic.OtherWhy}."
                + (relation == AiRelation.Overrode ? $"\n- **{proposed.TrimEnd('.')}**: {topic.Why}." : "")));
        }

        if (_random.Next(4) == 0)
        {
            sections.Add(new(SectionNames.ChangeOfMind, "Numbers of a quarter that say otherwise."));
        }

        var entry = new Judgment
        {
            Id = NewId(at),
            Title = title,
            Status = JudgmentStatus.Accepted,
            Stage = relation == AiRelation.Overrode ? JudgmentStage.Override : (JudgmentStage)_random.Next(1, 4),
            DecidedAt = at,
            Owner = owners[_random.Next(owners.Count)],
            Confidence = sure,
            Ai = relation == AiRelation.None
                ? AiPart.None
                : new AiPart(AiRole.Proposed, relation, "claude-code", "claude-opus-5", Sessions.Count > 0 && _random.Next(2) == 0 ? [Sessions[_random.Next(Sessions.Count)]] : []),
            Affects = [Fill(topic.Path, component)],
            Refs = WorkRefs.Count > 0 && _random.Next(2) == 0 ? [WorkRefs[_random.Next(WorkRefs.Count)]] : [$"LIN-{_random.Next(100, 1000)}"],
            Deadline = _random.Next(7) == 0 ? at.AddHours(_random.Next(1, 20)) : null,
            ReviewBy = _random.Next(3) == 0 ? DateOnly.FromDateTime(at.AddDays(60).Date) : null,
            Sections = sections,
        };
        Add(entry, _random.Next(9) == 0 ? TimeSpan.FromDays(_random.Next(2, 15)) : TimeSpan.FromMinutes(_random.Next(1, 200)));
        if (at < now.AddDays(-70) && _random.Next(10) < 7)
        {
            Review(entry, _random.Next(100) < (sure * 0.82) + 8 ? ReviewResult.Held : _random.Next(3) == 0 ? ReviewResult.Partly : ReviewResult.Failed);
        }
    }

    private void Review(Judgment entry, ReviewResult result)
    {
        var at = Second(entry.DecidedAt.AddDays(_random.Next(30, 65)));
        Add(
            new Judgment
            {
                Id = NewId(at),
                Title = $"Review: {entry.Title}",
                Status = JudgmentStatus.Accepted,
                Stage = JudgmentStage.Review,
                DecidedAt = at,
                Owner = entry.Owner,
                Reviews = entry.Id,
                Result = result,
                Evidence = [$"INC-{_random.Next(10, 400)}"],
                Sections = [new(SectionNames.WhatHappened, result == ReviewResult.Held ? "Two months of use, and nobody missed anything." : "It did not carry the load of the season.")],
            },
            TimeSpan.FromMinutes(9));
    }

    /// <summary>What failed was decided anew.</summary>
    private void Supersede()
    {
        var failed = _entries.Where(e => e.Result == ReviewResult.Failed).Take(3).ToList();
        foreach (var review in failed)
        {
            var old = _entries.First(e => e.Id == review.Reviews);
            var at = Second(review.DecidedAt.AddDays(3));
            Add(
                old with
                {
                    Id = NewId(at),
                    Title = "Second try: " + char.ToLowerInvariant(old.Title[0]) + old.Title[1..],
                    DecidedAt = at,
                    Confidence = Math.Min(95, old.Confidence!.Value + 15),
                    Supersedes = [old.Id],
                    RespondsTo = [new Response(review.Id, "The review says that it did not carry the season.")],
                    Deadline = null,
                },
                TimeSpan.FromMinutes(12));
        }
    }

    private void Add(Judgment entry, TimeSpan until)
    {
        _entries.Add(entry);
        _late[entry.Id] = until;
    }

    private SnapshotEntry File(Judgment entry)
    {
        var text = JudgmentWriter.Write(entry);
        return new SnapshotEntry(
            // Two components may decide the same thing on one day.
            "docs/judgments/" + FileName.Of(entry).Replace(
                JudgmentReader.FileSuffix, $"-{JudgmentId.Tail(entry.Id)}{JudgmentReader.FileSuffix}", StringComparison.Ordinal),
            BlobName.Of(Encoding.UTF8.GetBytes(text)),
            text,
            Hash(entry.Id.ToString("D")),
            entry.DecidedAt + _late[entry.Id],
            entry.Owner ?? owners[0],
            []);
    }

    private Guid NewId(DateTimeOffset at)
    {
        var random = new byte[10];
        _random.NextBytes(random);
        return JudgmentId.Create(at, random);
    }

    private static DateTimeOffset Second(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));

    private static string Fill(string text, string component) => string.Format(CultureInfo.InvariantCulture, text, component);

    private static string Hash(string text) => BlobName.Of(Encoding.UTF8.GetBytes(text));
}
