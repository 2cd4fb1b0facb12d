using Assay.Outcomes.Ladder;
using Assay.Server.Outcomes;
using Assay.Server.Outcomes.Worth;
using Assay.Server.Routing.Shares;

namespace Assay.Server.Tests.Routing;

/// <summary>Whether work that ran in the house held as well as that outside.</summary>
public sealed class ShareOutcomesTests
{
    private const long Day = 24L * 60 * 60 * 1000;
    private const long Now = 1_790_000_000_000;
    private const int Each = 400;

    [Theory]
    [InlineData(360, 360, 8, nameof(ShareVerdict.NoDifference), "no difference found")]
    [InlineData(280, 360, 8, nameof(ShareVerdict.HouseHoldsWorse), "points less often")]
    [InlineData(380, 300, 8, nameof(ShareVerdict.HouseHoldsBetter), "points more often")]
    [InlineData(360, 360, 4, nameof(ShareVerdict.TooFewPeople), "fewer than 5 people")]
    public void Two_sides_of_a_route_are_compared_like_with_like(int house, int outside, int people, string verdict, string words)
    {
        var found = Ask(house, outside, people)["code"];

        found.Verdict.ToString().ShouldBe(verdict);
        found.InWords.ShouldContain(words);
        if (found.Verdict != ShareVerdict.TooFewPeople)
        {
            (found.InHouseSettled, found.InHouseFinished, found.OutsideSettled, found.OutsideFinished).ShouldBe((house, Each, outside, Each));
            found.Difference!.Value.ShouldBe((house - outside) / (double)Each, 1e-9);
        }
    }

    [Fact]
    public void With_one_side_alone_there_is_nothing_to_compare_and_a_shadow_is_no_side()
    {
        var alone = Ask(360, 360, 8, slice => slice.Provider == "house" ? ("code", true) : null)["code"];
        var none = Ask(360, 360, 8, _ => null);

        (alone.Verdict, alone.OutsideFinished).ShouldBe((ShareVerdict.NotEnough, 0));
        alone.InWords.ShouldContain("nothing to compare with");
        none.ShouldBeEmpty();
        ShareOutcomes.None.InWords.ShouldBe("no finished outcomes known");
    }

    private static IReadOnlyDictionary<string, ShareOutcomes> Ask(
        int houseSettled, int outsideSettled, int people, Func<SpendSlice, (string, bool)?>? sideOf = null)
    {
        var at = Now - (40 * Day);
        List<SpendSlice> slices = [];
        List<Outcome> outcomes = [];
        foreach (var (provider, settled) in new[] { ("house", houseSettled), ("openai", outsideSettled) })
        {
            for (var i = 0; i < Each; i++)
            {
                var (work, person) = ($"{provider}-{i}", $"p_{i % people}");
                slices.Add(new SpendSlice(person, "t", "coding", "code", provider, "m", "", "", work, at, true, 1, 1_000, 10));
                outcomes.Add(new Outcome
                {
                    Id = work,
                    Kind = "change",
                    Source = "github",
                    Ref = "acme/web#" + work,
                    Repo = "acme/web",
                    PersonId = person,
                    WorkRefs = [work],
                    LinesAdded = 20,
                    State = new OutcomeState
                    {
                        AcceptedMs = at + Day,
                        SettlesMs = i < settled ? at + (15 * Day) : null,
                        RevertedMs = i < settled ? null : at + (2 * Day),
                    },
                });
            }
        }

        var commits = Array.Empty<(string Id, string Repo, string Sha)>().ToLookup(c => c.Id, c => (c.Repo, c.Sha));
        var book = new WorthBook((Now - (60 * Day), Now - (20 * Day)), Now, slices, [], outcomes, commits);
        return ShareOutcomes.Of(book, sideOf ?? (slice => (slice.Route, slice.Provider == "house")));
    }
}
