using System.Text;
using Assay.Judgments.Entries;

namespace Assay.Judgments.Tests.Entries;

public sealed class JudgmentReaderTests
{
    private const string Head = "---\njudgment: 1\nid: 01929f3e-7c1a-7b52-9d1e-3a6f0c2b4d10\ntitle: A title\nstatus: proposed\n"
        + "stage: tradeoff\ndecided_at: 2026-10-24T14:03:00+02:00\n";

    [Fact]
    public void An_entry_with_every_field_is_read()
    {
        var read = EntrySample.Read("""
            ---
            judgment: 1
            id: 01929f3e-7c1a-7b52-9d1e-3a6f0c2b4d10
            title: Drop the expiry fallback for promo codes
            summary: One line.
            status: accepted
            stage: tradeoff
            decided_at: 2026-10-24T14:03:00+02:00
            owner: alice@example.com
            confidence: 70                                # at the moment of decision
            ai:
              role: proposed
              relation: overrode
              tool: claude-code
              model: claude-opus-5
              sessions: [092d99fc-ac17-4ee7-b310-57d387777c91]
            responds_to:
              - id: 01929f3e-7c1a-7b52-9d1e-3a6f0c2b4d11
                because: Accepts the cut of the fallback that I flagged.
            supersedes: []
            affects: ["src/Checkout/Promo/**"]
            refs: [JRA-412, "pr:owner/repo#87"]
            reversibility: two-way
            review_by: 2026-12-01
            tags: [checkout]
            prior:
              choice: Keep fallback
              confidence: 60
              recorded_at: 2026-10-24T13:41:00+02:00
            x_team: {name: "checkout", size: 4}
            ---
            ## Decision
            Drop it.

            ## What the AI proposed
            Keep it.

            ## Rejected, and why
            - **Keep fallback** — because it hides errors. *Reconsider if:* support asks.
            - **Half of it**: worse
              than both.
            """);

        read.Faults.ShouldBeEmpty();
        var entry = read.Entry!;
        entry.Ai.ShouldSatisfyAllConditions(
            ai => ai.Relation.ShouldBe(AiRelation.Overrode), ai => ai.Sessions.Count.ShouldBe(1), ai => ai.Model.ShouldBe("claude-opus-5"));
        entry.DecidedAt.Offset.ShouldBe(TimeSpan.FromHours(2));
        entry.RespondsTo.Single().Because.ShouldStartWith("Accepts");
        entry.Prior!.RecordedAt.ShouldNotBeNull();
        entry.Extensions.Single().Name.ShouldBe("x_team");
        entry.Rejected.ShouldBe(
        [
            new RejectedOption("Keep fallback", "it hides errors.", "support asks."),
            new RejectedOption("Half of it", "worse than both."),
        ]);
        entry.Chosen.ShouldBe("Drop it.");
        read.At("owner").ShouldBe((9, 1));
    }

    // Everything that can be wrong, each with the line, the column and the words that say what to do.
    [Theory]
    [InlineData("", 1, 1, "empty")]
    [InlineData("# Only Markdown\n", 1, 1, "front matter")]
    [InlineData("---\njudgment: 1\n", 1, 1, "not closed")]
    [InlineData("---\n---\n", 2, 1, "is empty")]
    [InlineData("---\n- a list\n---\n", 2, 1, "must be a mapping")]
    [InlineData("---\njudgment: 1\n  id: [\n---\n", 3, 5, "not valid YAML")]
    [InlineData("---\ntitle: \"no end\n---\n", 2, 8, "not valid YAML")]
    [InlineData("---\na: &x 1\nb: *x\n---\n", 2, 4, "anchor")]
    [InlineData("---\na: *x\n---\n", 2, 4, "alias")]
    [InlineData("---\na: !!binary aGk=\n---\n", 2, 4, "tag")]
    [InlineData("---\na: 1\na: 2\n---\n", 3, 1, "second time")]
    [InlineData("---\n{a: 1}: 2\n---\n", 2, 1, "name of a field")]
    [InlineData("---\na: 1\n...\n---\nb: 2\n---\n", 2, 1, "not a field")]
    [InlineData("---\na: [[[[[[[[[[[[1]]]]]]]]]]]]\n---\n", 2, 13, "nested")]
    [InlineData("---\ntitle: a\tb\u0007\n---\n", 2, 11, "U+0007")]
    [InlineData("---\ntitle: a\u202eb\n---\n", 2, 9, "U+202E")]
    [InlineData("---\ntitle: a\u2028b\n---\n", 2, 9, "U+2028")]
    [InlineData("---\rtitle: a\r---\r", 1, 4, "carriage return")]
    [InlineData(Head + "titel: x\n---\n", 8, 1, "'titel' is not a field of a judgment")]
    [InlineData(Head + "confidence: 101\n---\n", 8, 13, "0 to 100")]
    [InlineData(Head + "confidence: \"70\"\n---\n", 8, 13, "without quotes")]
    [InlineData(Head + "confidence: 7e1\n---\n", 8, 13, "0 to 100")]
    [InlineData(Head + "confidence:\n---\n", 8, 12, "0 to 100")]
    [InlineData(Head + "summary: 12\n---\n", 8, 10, "put it in quotes")]
    [InlineData(Head + "summary: ~\n---\n", 8, 10, "has no value")]
    [InlineData(Head + "summary: \"  \"\n---\n", 8, 10, "is empty")]
    [InlineData(Head + "owner: [a, b]\n---\n", 8, 8, "single text")]
    [InlineData(Head + "ai: {role: none}\n---\n", 8, 5, "ai has no relation")]
    [InlineData(Head + "ai:\n  role: typed\n  relation: none\n---\n", 9, 9, "'typed' is not one of: none")]
    [InlineData(Head + "affects: src/**\n---\n", 8, 10, "must be a list")]
    [InlineData(Head + "tags: [a, a]\n---\n", 8, 11, "twice")]
    [InlineData(Head + "review_by: 2026-02-30\n---\n", 8, 12, "not a day")]
    [InlineData(Head + "supersedes: [01929F3E-7C1A-7B52-9D1E-3A6F0C2B4D10]\n---\n", 8, 14, "lower case")]
    [InlineData(Head + "---\n## Decision\nA\n## decision\nB\n", 11, 1, "second time")]
    [InlineData("---\njudgment: 2\n---\n", 2, 11, "from 1 to 1")]
    public void What_is_malformed_is_named_with_line_and_column(string text, int line, int column, string words)
    {
        var read = EntrySample.Read(text);

        read.Entry.ShouldBeNull();
        read.Faults.ShouldContain(f => f.Line == line && f.Column == column && f.Message.Contains(words, StringComparison.Ordinal),
            string.Join('\n', read.Faults));
    }

    [Theory]
    [InlineData("2026-10-24T14:03:00")]
    [InlineData("2026-10-24 14:03:00Z")]
    [InlineData("2026-10-24")]
    [InlineData("2026-13-24T14:03:00Z")]
    [InlineData("2026-10-24T24:03:00Z")]
    [InlineData("2026-10-24T14:03:00+2:00")]
    [InlineData("2026-10-24T14:03:00+15:00")]
    [InlineData("2026-10-24T14:03:00.Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("yesterday at noon, about")]
    public void A_time_that_is_no_RFC_3339_time_is_refused(string time)
    {
        var read = EntrySample.Read(EntrySample.Text(EntrySample.Entry()).Replace("2026-10-24T12:00:00+00:00", time, StringComparison.Ordinal));

        read.Faults.Single().ShouldSatisfyAllConditions(f => f.Field.ShouldBe("decided_at"), f => f.Line.ShouldBe(7));
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_named_with_line_and_column()
    {
        Fault([0xff, 0xfe, 0x2d, 0x00]).ShouldBe((1, 1, "The file is UTF-16 or UTF-32: save it as UTF-8."));
        Fault([.. "---\nti"u8, 0xe4, .. "tle: x\n---\n"u8]).ShouldBe((2, 3, "The byte 0xE4 is not UTF-8: save the file as UTF-8."));
        Fault([.. "---\na: ü"u8, 0xc3]).ShouldBe((2, 5, "The byte 0xC3 is not UTF-8: save the file as UTF-8."));
        Fault(new byte[SourceText.BytesMax + 1]).ShouldBe((1, 1, "The file has 262145 bytes, and 262144 are allowed: shorten it."));

        static (int, int, string) Fault(byte[] bytes)
        {
            var fault = JudgmentReader.Read(bytes).Faults.Single();
            return (fault.Line, fault.Column, fault.Message);
        }
    }

    [Fact]
    public void Windows_line_ends_and_a_byte_order_mark_change_nothing()
    {
        var text = EntrySample.Text(EntrySample.Entry());
        var windows = JudgmentReader.Read([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"))]);

        EntrySample.Text(windows.Entry!).ShouldBe(text);
    }

    [Fact]
    public void A_bomb_of_nested_or_many_values_is_refused_at_once()
    {
        var deep = EntrySample.Read("---\na: " + new string('[', 60_000) + "\n---\n");
        var wide = EntrySample.Read("---\na: [" + string.Concat(Enumerable.Repeat("1,", 20_000)) + "1]\n---\n");
        var long_ = EntrySample.Read("---\na: " + new string('x', 70_000) + "\n---\n");

        deep.Faults.Single().Message.ShouldContain("nested more than 10 levels");
        wide.Faults.Single().Message.ShouldContain("more than 4000 values");
        long_.Faults.Single().Message.ShouldContain("65536 are allowed");
    }

    [Fact]
    public void Markup_is_kept_as_text_and_headings_in_code_are_no_sections()
    {
        const string Body = "<script>alert(1)</script>\n\n```sh\n## not a heading\n```\n";
        var read = EntrySample.Read(Head + "---\nBefore.\n\n## Decision\n" + Body + "\n## Notes ##\nEnd.\n");

        read.Entry!.Sections.ShouldBe(
            [new Section("", "Before.", 9), new Section("Decision", Body.TrimEnd(), 11), new Section("Notes", "End.", 18)]);
    }
}
