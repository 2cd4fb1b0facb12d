using System.CommandLine;
using System.Globalization;
using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Shapes;

namespace Assay.Judge;

/// <summary>The options of a new entry, which <c>judge</c> and <c>judge supersede</c> share.</summary>
internal sealed class EntryOptions
{
    private readonly Option<string?> _overrode = Text("--overrode", "The AI proposed this, and you chose something else.", "PROPOSAL");
    private readonly Option<string?> _modified = Text("--modified", "The AI proposed this, and you changed it.", "PROPOSAL");
    private readonly Option<string?> _followed = Text("--followed", "The AI proposed this, and you took it.", "PROPOSAL");
    private readonly Option<string?> _because = Text("--because", "Why, in a sentence.", "REASON", "-b");
    private readonly Option<string[]> _rejected = Many("--rejected", "What you did not choose, and why: \"Option: reason\". Repeatable.", "OPTION", "-r");
    private readonly Option<string?> _confidence = Text("--confidence", "How sure you are, 0 to 100.", "0-100", "-c");
    private readonly Option<string?> _stage = Text("--stage", "signal, intent, tradeoff, hardening or override. Default: from the rest.", "STAGE");
    private readonly Option<string?> _decision = Text("--decision", "The decision in one or two sentences. Default: the title.", "TEXT");
    private readonly Option<string?> _tradeoff = Text("--tradeoff", "What you accept in exchange.", "TEXT");
    private readonly Option<string?> _mind = Text("--unless", "What would change your mind.", "TEXT");
    private readonly Option<string[]> _affects = Many("--affects", "Paths it is about, as \"src/Checkout/**\". Repeatable.", "PATTERN", "-a");
    private readonly Option<string[]> _refs = Many("--ref", "A ticket, pull request or address. Repeatable.", "REF");
    private readonly Option<string[]> _tags = Many("--tag", "A word to find it by. Repeatable.", "TAG", "-t");
    private readonly Option<string[]> _responds = Many("--responds-to", "The entry it answers and why: \"ID: sentence\". Repeatable.", "ID");
    private readonly Option<string[]> _supersedes = Many("--supersedes", "An accepted entry that it replaces. Repeatable.", "ID");
    private readonly Option<string?> _reviewBy = Text("--review-by", "When to look at the outcome: 2026-12-01, or 30d.", "DAY");
    private readonly Option<string?> _deadline = Text("--deadline", "What it had to be decided for by: 2h, 3d, or 2026-12-01T18:00:00+01:00.", "TIME");
    private readonly Option<string?> _prior = Text("--prior", "What you would have done before you asked the AI.", "CHOICE");
    private readonly Option<string?> _priorConfidence = Text("--prior-confidence", "How sure you were then, 0 to 100.", "0-100");
    private readonly Option<bool> _oneWay = new("--one-way") { Description = "It cannot be taken back." };
    private readonly Option<bool> _draft = new("--draft") { Description = "Write a draft, to be accepted later." };

    public IEnumerable<Option> All =>
    [
        _overrode, _modified, _followed, _because, _rejected, _confidence, _stage, _decision, _tradeoff, _mind, _affects, _refs,
        _tags, _responds, _supersedes, _reviewBy, _deadline, _prior, _priorConfidence, _oneWay, _draft,
    ];

    /// <summary>True if nothing was said but the title: then a terminal asks.</summary>
    public bool AreEmpty(ParseResult parsed) => All.All(option => parsed.GetResult(option) is null or { Implicit: true });

    /// <param name="parsed">The command line.</param>
    /// <param name="title">The decision's headline.</param>
    /// <param name="log">For ids; asked for only if an option names one.</param>
    /// <param name="now">What <c>30d</c> counts from.</param>
    public async Task<EntryDraft> ReadAsync(ParseResult parsed, string title, Func<Task<JudgmentLog>> log, DateTimeOffset now)
    {
        (AiRelation Relation, string? Proposal)[] said =
        [
            (AiRelation.Overrode, parsed.GetValue(_overrode)),
            (AiRelation.Modified, parsed.GetValue(_modified)),
            (AiRelation.Followed, parsed.GetValue(_followed)),
        ];
        if (said.Count(s => s.Proposal is not null) > 1)
        {
            throw new JudgeException("Only one of --overrode, --modified and --followed can be true.");
        }

        var (relation, proposal) = said.FirstOrDefault(s => s.Proposal is not null);
        var responds = new List<Response>();
        foreach (var text in parsed.GetValue(_responds) ?? [])
        {
            var (id, because) = SplitResponse(text);
            responds.Add(new Response(EntryLookup.One(await log(), id).Judgment.Id, because));
        }

        var supersedes = new List<Guid>();
        foreach (var id in parsed.GetValue(_supersedes) ?? [])
        {
            supersedes.Add(EntryLookup.One(await log(), id).Judgment.Id);
        }

        return new EntryDraft
        {
            Title = OneLine(title),
            Decision = parsed.GetValue(_decision),
            Because = parsed.GetValue(_because),
            Relation = relation,
            Proposed = proposal,
            Rejected = parsed.GetValue(_rejected) ?? [],
            Tradeoff = parsed.GetValue(_tradeoff),
            ChangeOfMind = parsed.GetValue(_mind),
            Confidence = Percent("--confidence", parsed.GetValue(_confidence)),
            Stage = StageOf(parsed.GetValue(_stage)),
            RespondsTo = responds,
            Supersedes = supersedes,
            Affects = parsed.GetValue(_affects) ?? [],
            Refs = parsed.GetValue(_refs) ?? [],
            Tags = parsed.GetValue(_tags) ?? [],
            ReviewBy = DayOf(parsed.GetValue(_reviewBy), now),
            Deadline = TimeOf(parsed.GetValue(_deadline), now),
            IsOneWay = parsed.GetValue(_oneWay),
            Prior = parsed.GetValue(_prior) is { } prior
                ? new PriorView(prior, Percent("--prior-confidence", parsed.GetValue(_priorConfidence)), null)
                : null,
            IsDraft = parsed.GetValue(_draft),
        };
    }

    public static string OneLine(string title)
    {
        var line = string.Join(' ', title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return line.Length is 0 or > FrontMatter.TitleMax
            ? throw new JudgeException($"The title must have 1 to {FrontMatter.TitleMax} characters; --decision takes more.")
            : line;
    }

    public static int? Percent(string option, string? text)
    {
        if (text is null)
        {
            return null;
        }

        return int.TryParse(text.TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 100
            ? number
            : throw new JudgeException($"{option}: write a whole number from 0 to 100, not \"{text}\".");
    }

    private static JudgmentStage? StageOf(string? text)
    {
        var found = JudgmentWords.Find(JudgmentWords.Stages, text);
        return text is null
            ? null
            : found >= 0 && found != (int)JudgmentStage.Review
                ? (JudgmentStage)found
                : throw new JudgeException($"--stage: write signal, intent, tradeoff, hardening or override, not \"{text}\". A review is written with `assay judge review`.");
    }

    private static DateOnly? DayOf(string? text, DateTimeOffset now)
    {
        if (text is null)
        {
            return null;
        }

        if (text.EndsWith('d') && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days < 10_000)
        {
            return DateOnly.FromDateTime(now.DateTime).AddDays(days);
        }

        return TextForms.TryDate(text, out var day)
            ? day
            : throw new JudgeException($"--review-by: write a day like 2026-12-01, or a number of days like 30d, not \"{text}\".");
    }

    private static DateTimeOffset? TimeOf(string? text, DateTimeOffset now)
    {
        if (text is null)
        {
            return null;
        }

        if (text.Length > 1 && text[^1] is 'h' or 'd' && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count < 10_000)
        {
            return text[^1] == 'h' ? now.AddHours(count) : now.AddDays(count);
        }

        return TextForms.TryDateTime(text, out var time)
            ? time
            : throw new JudgeException($"--deadline: write 2h, 3d, or a time with its offset like 2026-12-01T18:00:00+01:00, not \"{text}\".");
    }

    private static (string Id, string Because) SplitResponse(string text)
    {
        var cut = text.AsSpan().IndexOfAny(' ', ':');
        return cut > 0
            ? (text[..cut], text[(cut + 1)..].TrimStart(' ', ':'))
            : throw new JudgeException($"--responds-to: write the id, a colon, and why in a sentence, not \"{text}\".");
    }

    private static Option<string?> Text(string name, string description, string helpName, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = helpName };

    private static Option<string[]> Many(string name, string description, string helpName, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = helpName, Arity = ArgumentArity.OneOrMore };
}
