using System.Text;
using Assay.Judgments.Entries;
using Assay.Judgments.Exchange;
using Assay.Judgments.Tests.Entries;

namespace Assay.Judgments.Tests.Exchange;

public sealed class ExchangeTests
{
    private const string Document = """
        drf_version: "0.3.1"
        decision:
          id: "550e8400-e29b-41d4-a716-446655440000"
          title: "Adopt PostgreSQL"
          domain: "architecture"
          intent: "Choose a database"
          related_decisions:
            - {id: "660e8400-e29b-41d4-a716-446655440001", relationship: "depends_on", description: "The cloud limits what there is"}
        context:
          constraints: [{description: "ACID", source: "regulatory", negotiable: false}]
          objectives: []
        cognitive_state: {phase: "decision", confidence: 85}
        assumptions: [{description: "Reads dominate", validated: true, confidence: 75}]
        synthesis:
          decision: "Adopt PostgreSQL 15"
          rationale: "Best balance"
          alternatives:
            - {decision: "MySQL", rationale_against: "JSON lags behind", conditions_for_reconsideration: "If operations hurt"}
        meta:
          created_at: "2024-01-15T09:00:00Z"
          status: "approved"
          actors: [{name: "Carol", role: "approver", email: "carol@example.com"}]
          tags: ["database"]
        """;

    [Fact]
    public void Nothing_is_lost_through_DRF_and_MADR_and_what_is_written_is_sound()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var entry = RoundTripTests.Random(new Random(seed));
            var text = EntrySample.Text(entry);

            var drf = Drf.Read(Encoding.UTF8.GetBytes(Drf.Write(entry, seed % 2 == 0)), null, out var faults);
            faults.ShouldBeEmpty(Drf.Write(entry, false));
            EntrySample.Text(drf!).ShouldBe(text);

            var madr = AdrImport.Read([new AdrFile("x.md", Encoding.UTF8.GetBytes(Madr.Write(entry, null)))], EntrySample.Noon).Single();
            madr.Faults.ShouldBeEmpty();
            EntrySample.Text(madr.Entry!).ShouldBe(text, Madr.Write(entry, null));
        }
    }

    [Fact]
    public void A_document_that_somebody_changed_is_read_as_it_says_now()
    {
        var text = Drf.Write(EntrySample.Entry(1), false).Replace("title: \"Decision number 1\"", "title: \"Changed\"", StringComparison.Ordinal);

        var entry = Drf.Read(Encoding.UTF8.GetBytes(text), "a.drf.yaml", out _)!;

        entry.Title.ShouldBe("Changed");
        entry.Origin.ShouldBe(new OriginPart("drf", "a.drf.yaml"));
        entry.Rejected.Single().Option.ShouldBe("Another way 1");
    }

    [Fact]
    public void A_foreign_document_is_imported_and_gives_back_what_an_entry_has_no_place_for()
    {
        var entry = Drf.Read(Encoding.UTF8.GetBytes(Document), "pg.drf.yaml", out var faults)!;
        faults.ShouldBeEmpty();

        entry.ShouldSatisfyAllConditions(
            e => e.Id.ShouldBe(Guid.Parse("550e8400-e29b-41d4-a716-446655440000")),
            e => e.Status.ShouldBe(JudgmentStatus.Accepted),
            e => e.Owner.ShouldBe("carol@example.com"),
            e => e.Confidence.ShouldBe(85),
            e => e.RespondsTo.Single().Because.ShouldBe("The cloud limits what there is"),
            e => e.Rejected.Single().ShouldBe(new RejectedOption("MySQL", "JSON lags behind", "If operations hurt")));
        EntrySample.Read(EntrySample.Text(entry)).Faults.ShouldBeEmpty();
        var again = Drf.Write(entry, false);
        again.ShouldContain("description: \"ACID\"");
        again.ShouldContain("description: \"Reads dominate\"");
    }

    [Theory]
    [InlineData("2024-01-15T09:00:00Z", "not-a-timestamp", "not a time with an offset")]
    [InlineData("2024-01-15T09:00:00Z", "2024-13-15T09:00:00Z", "not a time with an offset")]
    [InlineData("2024-01-15T09:00:00Z", "2024-01-15T09:00:00", "not a time with an offset")]
    [InlineData("confidence: 85", "confidence: 101", "from 0 to 100")]
    [InlineData("  title:", "  titel:", "'titel' is not a field of decision")]
    [InlineData("phase: \"decision\"", "phase: \"done\"", "not one of: exploration")]
    [InlineData("0.3.1", "three", "is not a version")]
    [InlineData("550e8400", "zzze8400", "not a UUID")]
    [InlineData("carol@example.com", "carol", "not an e-mail address")]
    [InlineData("synthesis:", "x_synthesis:", "has a synthesis")]
    [InlineData("rationale_against: \"JSON", "retracted_by: \"nobody\", rationale_against: \"JSON", "is no intervention")]
    public void A_document_that_DRF_refuses_is_refused(string part, string instead, string words)
    {
        var entry = Drf.Read(Encoding.UTF8.GetBytes(Document.Replace(part, instead, StringComparison.Ordinal)), null, out var faults);

        entry.ShouldBeNull();
        faults.ShouldContain(f => f.Message.Contains(words, StringComparison.Ordinal), string.Join('\n', faults));
    }

    [Fact]
    public void MADR_and_Nygard_records_are_imported_with_their_links_and_always_with_the_same_ids()
    {
        AdrFile[] files =
        [
            new("0001-use-locks.md", "# 1. Use locks\n\nDate: 2016-02-12\n\n## Status\n\nSuperceded by [2. Use leases](0002-use-leases.md)\n\n## Context\n\nWe need order.\n\n## Decision\n\nWe use locks.\n\n## Consequences\n\nWaiting.\n"u8.ToArray()),
            new("0002-use-leases.md", """
                ---
                status: accepted
                date: 2024-05-06
                decision-makers: ada@example.com
                ---
                # Use leases

                ## Context and Problem Statement
                Locks block.

                ## Considered Options
                * Leases
                * [Redis lock](https://example.com)

                ## Decision Outcome
                Chosen option: "Leases", because nothing else has to run.

                ### Consequences
                * Bad, because clocks matter

                ## Pros and Cons of the Options
                ### Redis lock
                * Good, because known
                * Bad, because one more thing to run
                """u8.ToArray()),
            new("broken.md", "No heading.\n"u8.ToArray()),
        ];

        var read = AdrImport.Read(files, EntrySample.Noon);

        var (old, young) = (read[0].Entry!, read[1].Entry!);
        old.ShouldSatisfyAllConditions(
            e => e.Title.ShouldBe("Use locks"), e => e.Status.ShouldBe(JudgmentStatus.Accepted), e => e.Origin!.Format.ShouldBe("nygard"),
            e => e.Text(SectionNames.Tradeoff).ShouldBe("Waiting."), e => e.Refs.ShouldBe(["adr:0001-use-locks.md"]));
        young.ShouldSatisfyAllConditions(
            e => e.Owner.ShouldBe("ada@example.com"), e => e.Supersedes.ShouldBe([old.Id]),
            e => e.Rejected.ShouldBe([new RejectedOption("Redis lock", "one more thing to run")]), e => JudgmentId.IsVersion7(e.Id).ShouldBeTrue());
        read[2].Faults.Single().Message.ShouldContain("title as a heading");
        AdrImport.Read(files, EntrySample.Noon.AddDays(1))[1].Entry!.Id.ShouldBe(young.Id);
        foreach (var entry in (Judgment[])[old, young])
        {
            EntrySample.Read(EntrySample.Text(entry)).Faults.ShouldBeEmpty();
        }
    }
}
