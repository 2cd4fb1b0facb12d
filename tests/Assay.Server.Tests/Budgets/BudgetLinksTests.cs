using Assay.Server.Budgets;
using Assay.Testing;

namespace Assay.Server.Tests.Budgets;

public sealed class BudgetLinksTests : IDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("assay-links-").FullName;
    private readonly ManualTime _clock = new();

    [Fact]
    public void A_link_says_whose_and_which_request_it_is_for_seven_days()
    {
        var token = Token(new BudgetLinks(_folder, _clock));
        var links = new BudgetLinks(_folder, _clock);

        links.TryRead(token).ShouldBe((LinkStatus.Good, new LinkClaim("rq_1", "p_ada")));
        _clock.Advance(BudgetLinks.Lifetime - TimeSpan.FromSeconds(1));
        links.TryRead(token).Status.ShouldBe(LinkStatus.Good);
        _clock.Advance(TimeSpan.FromSeconds(1));
        links.TryRead(token).ShouldBe((LinkStatus.Expired, null));
    }

    [Fact]
    public void A_link_with_any_character_changed_added_or_removed_is_no_link()
    {
        var links = new BudgetLinks(_folder, _clock);
        var token = Token(links);
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var c in "Aa0-_=+ /")
            {
                if (token[i] != c)
                {
                    links.TryRead(token[..i] + c + token[(i + 1)..]).Status.ShouldBe(LinkStatus.Bad, $"{i} {c}");
                }

                links.TryRead(token[..i] + c + token[i..]).Status.ShouldBe(LinkStatus.Bad, $"{i} +{c}");
            }

            links.TryRead(token[..i]).Status.ShouldBe(LinkStatus.Bad);
            links.TryRead(token.Remove(i, 1)).Status.ShouldBe(LinkStatus.Bad);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AQ")]
    [InlineData("é")]
    [InlineData("====")]
    public void What_was_never_a_link_is_none(string token) =>
        new BudgetLinks(_folder, _clock).TryRead(token).Status.ShouldBe(LinkStatus.Bad);

    [Fact]
    public void A_very_long_text_is_no_link() =>
        new BudgetLinks(_folder, _clock).TryRead(new string('A', 100_000)).Status.ShouldBe(LinkStatus.Bad);

    [Fact]
    public void A_link_of_another_installation_is_no_link()
    {
        var other = System.IO.Directory.CreateDirectory(Path.Combine(_folder, "other")).FullName;

        new BudgetLinks(_folder, _clock).TryRead(Token(new BudgetLinks(other, _clock))).Status.ShouldBe(LinkStatus.Bad);
    }

    [Fact]
    public void The_key_is_readable_by_its_owner_alone_and_a_broken_one_is_named()
    {
        Token(new BudgetLinks(_folder, _clock));
        var path = Path.Combine(_folder, LinkKey.FileName);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.WriteAllBytes(path, [1, 2, 3]);
        Should.Throw<InvalidDataException>(() => Token(new BudgetLinks(_folder, _clock))).Message.ShouldContain("Delete it");
    }

    public void Dispose() => System.IO.Directory.Delete(_folder, recursive: true);

    private static string Token(BudgetLinks links) => links.Make("rq_1", "p_ada")[BudgetLinks.PathPrefix.Length..];
}
