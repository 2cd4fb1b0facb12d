using Assay.Outcomes.Attribution;

namespace Assay.Outcomes.Tests.Attribution;

public sealed class AttributorTests
{
    private const long Hour = 3_600_000;

    [Fact]
    public void A_commit_of_the_session_proves_and_each_call_goes_to_the_next_commit()
    {
        var result = Attributor.Attribute(
            [Call(1, 10), Call(3, 20), Call(5, 40)],
            [Made("c1", 2), Made("c2", 4)],
            [Outcome("#1", 6, "c1"), Outcome("#2", 6, "c2")]);
        result.Outcomes[0].SureNanos.ShouldBe(10);
        result.Outcomes[1].SureNanos.ShouldBe(20);
        // What comes after the last commit is not known to have served it.
        result.Outcomes[1].ByTier[(int)EvidenceTier.Inferred].ShouldBe(40);
        result.Coverage!.Value.ShouldBe(30.0 / 70, 1e-12);
    }

    [Theory]
    [InlineData(SplitRule.NextAnchor, 10, 60)]
    [InlineData(SplitRule.First, 70, 0)]
    [InlineData(SplitRule.Last, 0, 70)]
    [InlineData(SplitRule.Linear, 35, 35)]
    [InlineData(SplitRule.LineWeighted, 14, 56)]
    public void Five_rules_divide_a_session_and_the_range_holds_them_all(SplitRule rule, long first, long second)
    {
        var result = Attributor.Attribute(
            [Call(1, 10), Call(3, 20), Call(5, 40)],
            [Made("c1", 2) with { Lines = 50 }, Made("c2", 4) with { Lines = 200 }],
            [Outcome("#1", 6, "c1"), Outcome("#2", 6, "c2")],
            rule);
        result.Outcomes.Select(o => o.UpToNanos).ShouldBe([first, second]);
        result.Outcomes[0].UpToOverRules.ShouldBe(new NanosRange(0, 70));
        result.Outcomes[1].SureOverRules.ShouldBe(new NanosRange(0, 70));
        result.TotalNanos.ShouldBe(70);
    }

    [Fact]
    public void Without_lines_line_weights_are_equal() =>
        Attributor.Attribute([Call(1, 10)], [Made("c1", 2), Made("c2", 4)], [Outcome("#1", 6, "c1"), Outcome("#2", 6, "c2")], SplitRule.LineWeighted)
            .Outcomes.Select(o => o.UpToNanos).ShouldBe([5, 5]);

    [Fact]
    public void A_ref_that_names_one_outcome_declares_and_one_that_names_several_only_narrows()
    {
        var one = Outcome("#1", 6) with { WorkRefs = ["ACME-7"] };
        var two = Outcome("#2", 9) with { WorkRefs = ["ACME-7"], Branch = "fix/late" };
        var calls = new[] { Call(1, 10) with { Session = null, WorkRef = "acme-7" }, Call(2, 5) with { WorkRef = "fix/late" } };
        Attributor.Attribute(calls, [], [one]).Parts[0].ShouldBe(new SpendPart(0, 0, EvidenceTier.Declared, UnattributedReason.None, 10));
        var both = Attributor.Attribute(calls, [], [one, two]);
        both.Parts[0].ShouldBe(new SpendPart(0, 0, EvidenceTier.Inferred, UnattributedReason.None, 10));
        both.Parts[1].ShouldBe(new SpendPart(1, 1, EvidenceTier.Declared, UnattributedReason.None, 5));
    }

    [Fact]
    public void What_a_call_declares_narrows_what_the_commits_of_its_session_prove()
    {
        var result = Attributor.Attribute(
            [Call(1, 10) with { WorkRef = "B" }, Call(1, 7) with { WorkRef = "C" }],
            [Made("c1", 2), Made("c2", 4)],
            [Outcome("#1", 6, "c1"), Outcome("#2", 6, "c2") with { WorkRefs = ["B"] }, Outcome("#3", 6) with { WorkRefs = ["C"] }]);
        result.Parts[0].ShouldBe(new SpendPart(0, 1, EvidenceTier.Proved, UnattributedReason.None, 10));
        result.Parts[1].ShouldBe(new SpendPart(1, 2, EvidenceTier.Declared, UnattributedReason.None, 7));
    }

    [Fact]
    public void A_commit_whose_repository_telemetry_does_not_name_proves_by_its_hash()
    {
        var told = Made("c1", 2) with { Repo = "" };
        var result = Attributor.Attribute([Call(1, 10), Call(3, 5)], [told], [Outcome("#1", 6, "c1")]);
        result.Parts[0].ShouldBe(new SpendPart(0, 0, EvidenceTier.Proved, UnattributedReason.None, 10));
        // Told again by a trailer with the repository, it is still one commit of one outcome.
        Attributor.Attribute([Call(1, 10)], [told, Made("c1", 2)], [Outcome("#1", 6, "c1")], SplitRule.Linear).Outcomes[0].SureNanos.ShouldBe(10);
        Attributor.Attribute([Call(1, 10)], [told with { Commit = "c9" }], [Outcome("#1", 6, "c1")]).Parts[0]
            .ShouldBe(new SpendPart(0, -1, EvidenceTier.Unattributed, UnattributedReason.AbandonedBranch, 10));
    }

    [Fact]
    public void A_session_seen_on_a_commit_of_its_person_is_located_and_of_others_is_not()
    {
        var seen = Made("c1", 0) with { IsMade = false };
        Attributor.Attribute([Call(1, 10)], [seen], [Outcome("#1", 6, "c1")]).Parts[0].Tier.ShouldBe(EvidenceTier.Located);
        var other = Attributor.Attribute([Call(1, 10)], [seen], [Outcome("#1", 6, "c1") with { Author = "bob" }]);
        other.Parts[0].ShouldBe(new SpendPart(0, -1, EvidenceTier.Unattributed, UnattributedReason.NoCommit, 10));
    }

    [Fact]
    public void The_same_person_repository_and_time_only_infer()
    {
        var here = Made("", 0) with { IsMade = false };
        var result = Attributor.Attribute([Call(7, 10)], [here], [Outcome("#1", 6), Outcome("#2", 9)]);
        result.Parts[0].ShouldBe(new SpendPart(0, 1, EvidenceTier.Inferred, UnattributedReason.None, 10));
        result.Coverage.ShouldBe(0);
    }

    [Fact]
    public void Whatever_is_not_attributed_says_why()
    {
        var outcome = Outcome("#1", 6, "c1") with { FromMs = 5 * Hour, UntilMs = 8 * Hour, WorkRefs = ["B"] };
        CallRow[] calls =
        [
            Call(6, 1) with { Session = null },
            Call(6, 2) with { Session = "nowhere" },
            Call(6, 4) with { Session = "elsewhere" },
            Call(6, 8) with { Session = "lost" },
            Call(1, 16),
            Call(6, 32) with { IsPriced = false },
            Call(6, 64) with { IsOptedOut = true },
            Call(6, 128) with { Session = "lost", Person = "bob", WorkRef = null },
            Call(1, 256) with { Session = null, WorkRef = "B" },
            Call(6, 512) with { Session = "here", Person = "bob" },
        ];
        AnchorRow[] anchors =
        [
            Made("c1", 6),
            Made("x", 6) with { Session = "elsewhere", Repo = "acme/other" },
            Made("x", 7) with { Session = "lost" },
            Made("", 6) with { Session = "here", IsMade = false },
        ];
        var result = Attributor.Attribute(calls, anchors, [outcome]);
        result.ByReason.ShouldBe(
            new Dictionary<UnattributedReason, long>
            {
                [UnattributedReason.NoSessionHeader] = 1,
                [UnattributedReason.NoRepo] = 2,
                [UnattributedReason.OtherRepo] = 4,
                [UnattributedReason.AbandonedBranch] = 8 + 128,
                [UnattributedReason.OutsideWindow] = 16 + 256,
                [UnattributedReason.UnpricedModel] = 32,
                [UnattributedReason.OptOut] = 64,
                [UnattributedReason.NoCommit] = 512,
            },
            ignoreOrder: true);
        result.ByTier.Take(4).Sum().ShouldBe(0);
    }

    [Theory]
    [InlineData(4_100_000_000, 0, 0, 2_750_000_000, "$4.10 proved · up to $6.85")]
    [InlineData(1_000_000_000, 500_000_000, 0, 0, "$1.00 proved · $0.50 declared")]
    [InlineData(0, 0, 1_000, 0, "up to <$0.01")]
    [InlineData(0, 0, 0, 0, "nothing attributed")]
    public void A_line_says_what_is_sure_and_up_to_what(long proved, long declared, long located, long inferred, string line) =>
        SpendLine.Of(new OutcomeSpend { Outcome = 0, ByTier = [proved, declared, located, inferred], SureOverRules = default, UpToOverRules = default })
            .ShouldBe(line);

    [Fact]
    public void Every_name_of_a_tier_a_rule_and_a_reason_is_its_own()
    {
        Enum.GetValues<EvidenceTier>().Select(t => t.Name()).ShouldBeUnique();
        Enum.GetValues<UnattributedReason>().Select(r => r.Name()).ShouldBeUnique();
        foreach (var rule in Enum.GetValues<SplitRule>())
        {
            EvidenceNames.Rule(rule.Name()).ShouldBe(rule);
        }
    }

    private static CallRow Call(int hour, long nanos) =>
        new() { Id = $"{hour}", Session = "s", Person = "ada", AtMs = hour * Hour, CostNanos = nanos };

    private static AnchorRow Made(string commit, int hour) =>
        new() { Session = "s", Repo = "acme/web", Commit = commit, AtMs = hour * Hour };

    private static OutcomeRow Outcome(string id, int hour, params string[] commits) => new()
    {
        Id = id,
        Repo = "acme/web",
        Commits = commits,
        Author = "ada",
        AtMs = hour * Hour,
        FromMs = 0,
        UntilMs = (hour + 48) * Hour,
    };
}
