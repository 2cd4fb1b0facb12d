using Assay.Judgments.Entries;
using Assay.Judgments.Lint;
using Assay.Judgments.Seals;

namespace Assay.Judgments.Tests.Lint;

/// <summary>Each rule: an entry that breaks it and nothing else.</summary>
public sealed class RuleTests
{
    private static readonly Judgment s_sound = EntrySample.Entry(1);

    private static IReadOnlyList<string> Rules(params Judgment[] entries) => Rules(null, entries);

    private static IReadOnlyList<string> Rules(IReadOnlyList<string>? files, params Judgment[] entries)
    {
        var log = new JudgmentLog([.. entries.Select((e, i) => new LogFile(
            $"log/{JudgmentWriter.Date(DateOnly.FromDateTime(e.DecidedAt.DateTime))}-{i}.judgment.md", EntrySample.Read(EntrySample.Text(e))))]);
        var context = new LintContext(log, EntrySample.Noon.AddHours(1), SealLedger.Empty, FirstSeenTable.Empty, _ => null, files);
        return [.. Linter.Check(context).Select(f => f.Rule).Distinct().Order(StringComparer.Ordinal)];
    }

    private static Judgment With(string heading, string text) => s_sound with
    {
        Sections = [.. s_sound.Sections.Where(s => s.Heading != heading), new Section(heading, text)],
    };

    [Fact]
    public void A_sound_entry_raises_nothing() => Rules(s_sound).ShouldBeEmpty();

    [Fact]
    public void JL002_an_id_of_another_version_or_twice()
    {
        Rules(s_sound with { Id = Guid.Parse("550e8400-e29b-41d4-a716-446655440000") }).ShouldBe(["JL002"]);
        Rules(s_sound with { Id = Guid.Parse("550e8400-e29b-41d4-a716-446655440000"), Origin = new("drf", null) }).ShouldBeEmpty();
        Rules(s_sound, EntrySample.Entry(2) with { Id = s_sound.Id }).ShouldBe(["JL002"]);
    }

    [Theory]
    [InlineData("noreply@anthropic.com")]
    [InlineData("claude")]
    [InlineData("dependabot[bot]")]
    [InlineData("release-bot@example.com")]
    [InlineData("@org/payments")]
    [InlineData("platform-team")]
    [InlineData("ada@example.com, bob@example.com")]
    [InlineData("Ada Lovelace")]
    [InlineData("1234+claude@users.noreply.github.com")]
    [InlineData(null)]
    public void JL004_who_is_no_single_person(string? owner) => Rules(s_sound with { Owner = owner }).ShouldBe(["JL004"]);

    [Theory]
    [InlineData("ada")]
    [InlineData("@ada")]
    [InlineData("ada.l@example.co.uk")]
    [InlineData("1234+ada@users.noreply.github.com")]
    public void JL004_takes_a_person(string owner) => Rules(s_sound with { Owner = owner }).ShouldBeEmpty();

    [Fact]
    public void JL006_in_the_future() => Rules(s_sound with { DecidedAt = EntrySample.Noon.AddHours(2) }).ShouldBe(["JL006"]);

    [Fact]
    public void JL008_accepted_without_confidence() => Rules(s_sound with { Confidence = null }).ShouldBe(["JL008"]);

    [Fact]
    public void JL009_overrode_what_is_not_said_or_the_same()
    {
        var ai = new AiPart(AiRole.Proposed, AiRelation.Overrode, null, null, []);
        Rules(s_sound with { Ai = ai }).ShouldBe(["JL009"]);
        Rules(With(SectionNames.Proposed, " we DO what\ndecision 1 says") with { Ai = ai }).ShouldBe(["JL009"]);
        Rules(With(SectionNames.Proposed, "Something else.") with { Ai = ai }).ShouldBeEmpty();
        Rules(s_sound with { Ai = ai with { Role = AiRole.None, Relation = AiRelation.Followed } }).ShouldBe(["JL009"]);
    }

    [Theory]
    [InlineData("Nothing in a list.")]
    [InlineData("- **Option**")]
    [InlineData("- **Option**: TODO")]
    [InlineData("- **…**: because …")]
    public void JL010_nothing_rejected_with_a_reason(string text) => Rules(With(SectionNames.Rejected, text)).ShouldBe(["JL010"]);

    [Fact]
    public void JL010_does_not_ask_a_signal() =>
        Rules(s_sound with { Stage = JudgmentStage.Signal, Sections = [new(SectionNames.Decision, "We saw it.")] }).ShouldBeEmpty();

    [Fact]
    public void JL011_responds_to_nothing_itself_or_without_a_reason()
    {
        var other = EntrySample.Entry(2);
        Rules(s_sound with { RespondsTo = [new(EntrySample.Id(9), "It says why in five words.")] }).ShouldBe(["JL011"]);
        Rules(s_sound with { RespondsTo = [new(s_sound.Id, "It says why in five words.")] }).ShouldBe(["JL011"]);
        Rules(s_sound with { RespondsTo = [new(other.Id, "see there")] }, other).ShouldBe(["JL011"]);
        Rules(s_sound with { RespondsTo = [new(other.Id, "It says why in five words.")] }, other).ShouldBeEmpty();
    }

    [Fact]
    public void JL012_supersedes_drafts_nothing_itself_or_in_a_circle()
    {
        var (two, three) = (EntrySample.Entry(2), EntrySample.Entry(3));
        Rules(s_sound with { Supersedes = [two.Id] }, two).ShouldBeEmpty();
        Rules(s_sound with { Supersedes = [two.Id] }, two with { Status = JudgmentStatus.Proposed }).ShouldBe(["JL012"]);
        Rules(s_sound with { Supersedes = [EntrySample.Id(9)] }).ShouldBe(["JL012"]);
        Rules(s_sound with { Supersedes = [s_sound.Id] }).ShouldBe(["JL012"]);
        Rules(s_sound with { Supersedes = [two.Id], Status = JudgmentStatus.Rejected }, two).ShouldBe(["JL012"]);
        Rules(s_sound with { Supersedes = [two.Id] }, two with { Supersedes = [three.Id] }, three with { Supersedes = [s_sound.Id] }).ShouldBe(["JL012"]);
    }

    [Fact]
    public void JL013_two_live_successors()
    {
        var old = EntrySample.Entry(3);
        Rules(s_sound with { Supersedes = [old.Id] }, EntrySample.Entry(2) with { Supersedes = [old.Id] }, old).ShouldBe(["JL013"]);
    }

    [Fact]
    public void JL014_links_and_paths_that_lead_nowhere()
    {
        string[] files = ["log/other.md", "src/a/b.cs"];
        Rules(files, s_sound with { Affects = ["src/**", "src/a", "src/*/b.cs"] }).ShouldBeEmpty();
        Rules(files, s_sound with { Affects = ["lib/**"] }).ShouldBe(["JL014"]);
        Rules(files, With("Notes", "See [other](other.md#x), [web](https://example.com) and [code](../src/a/b.cs).")).ShouldBeEmpty();
        Rules(files, With("Notes", "See [gone](gone.md).")).ShouldBe(["JL014"]);
        Rules(files, With("Notes", "See [out](../../x.md).")).ShouldBe(["JL014"]);
    }

    [Fact]
    public void JL015_sections_that_are_missing_empty_or_the_template()
    {
        Rules(s_sound with { Sections = [.. s_sound.Sections.Skip(1)] }).ShouldBe(["JL015"]);
        Rules(With(SectionNames.Tradeoff, "")).ShouldBe(["JL015"]);
        Rules(With(SectionNames.Tradeoff, "<!-- What you give up. -->")).ShouldBe(["JL015"]);
        Rules(With(SectionNames.Tradeoff, "TODO")).ShouldBe(["JL015"]);
    }

    [Fact]
    public void JL016_secrets()
    {
        // Put together here, so that no scanner takes this file for a leak.
        foreach (var secret in (string[])["AKIA" + "ABCDEFGHIJKLMNOP", "ghp_" + new string('a', 36), "-----BEGIN RSA " + "PRIVATE KEY-----", "ask_" + new string('x', 24)])
        {
            Rules(With("Notes", $"We use {secret} here.")).ShouldBe(["JL016"]);
        }

        Rules(With("Notes", "The task_list_of_everything_that_is_left and a disk-based-risk-free-thing-of-forty-letters stay.")).ShouldBeEmpty();
    }

    [Fact]
    public void JL017_a_name_of_another_day()
    {
        var log = new JudgmentLog([new LogFile("log/2026-10-25-x.judgment.md", EntrySample.Read(EntrySample.Text(s_sound)))]);
        Linter.Check(LintContext.WithoutHistory(log, EntrySample.Noon)).Single().ShouldSatisfyAllConditions(
            f => f.Rule.ShouldBe("JL017"), f => f.Line.ShouldBe(7));
    }

    [Fact]
    public void JL018_a_review_that_is_due_until_it_is_written()
    {
        var due = s_sound with { ReviewBy = new DateOnly(2026, 10, 23) };
        Rules(due).ShouldBe(["JL018"]);
        Rules(due, Review(due.Id)).ShouldBeEmpty();
    }

    [Fact]
    public void JL019_almost_the_same_text()
    {
        var text = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"word{i}"));
        var one = With(SectionNames.Decision, text);
        var two = one with { Id = EntrySample.Id(2), Title = "Another" };
        Rules(one, two).ShouldBe(["JL019"]);
        Rules(one, two with { Sections = [new(SectionNames.Decision, string.Join(' ', Enumerable.Range(0, 60).Select(i => $"term{i}"))), .. s_sound.Sections.Skip(1)] }).ShouldBeEmpty();
    }

    [Fact]
    public void JL020_accepted_with_low_confidence() => Rules(s_sound with { Confidence = 49 }).ShouldBe(["JL020"]);

    [Fact]
    public void JL021_reviews_that_say_too_little_and_others_that_say_too_much()
    {
        Rules(s_sound, Review(s_sound.Id)).ShouldBeEmpty();
        Rules(s_sound, Review(s_sound.Id) with { Result = null }).ShouldBe(["JL021"]);
        Rules(Review(s_sound.Id)).ShouldBe(["JL021"]);
        Rules(s_sound with { Status = JudgmentStatus.Proposed }, Review(s_sound.Id)).ShouldBe(["JL021"]);
        Rules(s_sound with { Result = ReviewResult.Held }).ShouldBe(["JL021"]);
    }

    private static Judgment Review(Guid reviewed) => EntrySample.Entry(8) with
    {
        Stage = JudgmentStage.Review,
        Confidence = null,
        Reviews = reviewed,
        Result = ReviewResult.Held,
        Sections = [new Section(SectionNames.WhatHappened, "It held.")],
    };
}
