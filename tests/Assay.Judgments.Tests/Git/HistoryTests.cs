using Assay.Judgments.Git;
using Assay.Judgments.Lint;
using Assay.Judgments.Seals;
using Assay.Judgments.Tests.Seals;

namespace Assay.Judgments.Tests.Git;

/// <summary>Histories that are read in stretches, or continued from what was kept, are those that git tells at once.</summary>
public sealed class HistoryTests : IDisposable
{
    private static readonly byte[] s_key = new byte[32];
    private readonly GitSandbox _git = new();
    private readonly string _first = EntrySample.Path(1);

    public void Dispose() => _git.Dispose();

    private string Kept => Path.Combine(_git.Root, ".git", "assay", HistoryCache.FileName);

    private HistoryCache Cache(byte[]? key = null) => new(Path.GetDirectoryName(Kept)!, key ?? s_key);

    private async Task<RepositoryHistory> ReadAsync(HistoryCache? cache = null, int newCommitsMin = 1, int stretch = int.MaxValue)
    {
        var reader = new HistoryReader(new GitProgram(_git.Root), cache) { NewCommitsMin = newCommitsMin, CommitsInStretchMin = stretch };
        return await reader.ReadAsync(_git.Run("git rev-parse main"), _git.Run("git rev-parse HEAD"), TestContext.Current.CancellationToken);
    }

    private Task<CheckResult> CheckAsync(byte[]? key) => RepositoryCheck.RunAsync(
        new GitRepository(_git.Root) { HistoryKey = () => key }, new CheckOptions(GitSandbox.Now), TestContext.Current.CancellationToken);

    /// <summary>The history as far as anybody looks at it. Commits on different branches have no order.</summary>
    private static void ShouldBeTheSame(RepositoryHistory history, RepositoryHistory expected)
    {
        history.Main.Select(Words).ShouldBe(expected.Main.Select(Words));
        history.All.Select(Words).ShouldBe(expected.All.Select(Words), ignoreOrder: true);
        var (seen, wanted) = (new FirstSeenTable(history.All), new FirstSeenTable(expected.All));
        foreach (var blob in expected.All.SelectMany(c => c.Changes).Select(c => c.NewBlob).OfType<string>())
        {
            seen.Find(blob)!.Id.ShouldBe(wanted.Find(blob)!.Id);
        }
    }

    private static string Words(HistoryCommit commit) =>
        $"{commit.Id} {commit.At:O} {commit.AuthorEmail} {string.Join(',', commit.JudgedBy)}: {string.Join(';', commit.Changes)}";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_history_is_the_same_in_stretches_and_continued_at_any_commit(int seed)
    {
        var random = new Random(seed);
        var tips = _git.Run(RandomHistory.Script(random, commits: 60)).Split('\n')[^1].Split(' ');
        var cache = Cache();
        foreach (var tip in tips.Where((_, i) => i % 9 == seed))
        {
            _git.Run($"git symbolic-ref HEAD refs/heads/all && git update-ref refs/heads/main {tip}");
            ShouldBeTheSame(await ReadAsync(cache), await ReadAsync());
        }

        _git.Run($"git update-ref refs/heads/main {tips[^1]}");
        var whole = await ReadAsync();
        whole.Main.Count.ShouldBeGreaterThan(10);
        ShouldBeTheSame(await ReadAsync(cache), whole);
        ShouldBeTheSame(await ReadAsync(cache), whole);
        ShouldBeTheSame(await ReadAsync(stretch: 1), whole);
        ShouldBeTheSame(await ReadAsync(stretch: 7), whole);
    }

    [Fact]
    public async Task A_history_that_was_rewritten_is_read_again()
    {
        var cache = Cache();
        _git.Write(EntrySample.Entry(1));
        _git.Commit();
        _git.Write(EntrySample.Entry(2));
        _git.Commit();
        await ReadAsync(cache);

        _git.Run("git reset -q --hard HEAD~2");
        _git.Write(EntrySample.Entry(3));
        _git.Commit();
        ShouldBeTheSame(await ReadAsync(cache), await ReadAsync());

        // The commit up to which it was kept is not even there any more.
        _git.Run("git reset -q --hard HEAD~1 && git commit -q --allow-empty -m other && git reflog expire --expire=now --all && git gc -q --prune=now");
        ShouldBeTheSame(await ReadAsync(cache), await ReadAsync());
        (await ReadAsync(cache)).Main.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_merge_the_wrong_way_round_makes_another_history_and_is_seen()
    {
        var cache = Cache();
        _git.Run("git checkout -q -b work");
        _git.Write(EntrySample.Entry(2));
        _git.Commit("on the branch");
        _git.Run("git checkout -q main");
        _git.Write(EntrySample.Entry(1));
        _git.Commit("on main");
        await ReadAsync(cache);

        // Now the branch's commits are the first parents, and what main held is behind the merge.
        _git.Run("git checkout -q work && git merge -q -m merge main && git branch -f main work");
        var expected = await ReadAsync();
        ShouldBeTheSame(await ReadAsync(cache), expected);
        expected.Main.Count.ShouldBe(2);
        expected.Main[0].Changes[0].Path.ShouldBe(EntrySample.Path(2));
    }

    [Fact]
    public async Task What_is_kept_is_used_and_spoils_nothing()
    {
        await EditASealedEntryAsync();
        await ReadAsync(Cache());
        File.Exists(Kept).ShouldBeTrue();

        // With the right key it is believed: nobody else can write this.
        var tip = _git.Run("git rev-parse main");
        Cache().Write(new KeptHistory(tip, [], []));
        (await CheckAsync(s_key)).Findings.ShouldBeEmpty();
        (await CheckAsync(null)).Findings.Single().Rule.ShouldBe("JL100");
    }

    [Fact]
    public async Task What_was_tampered_with_or_comes_from_elsewhere_hides_nothing_and_goes()
    {
        await EditASealedEntryAsync();
        var tip = _git.Run("git rev-parse main");
        Cache([.. Enumerable.Repeat((byte)7, 32)]).Write(new KeptHistory(tip, [], []));
        (await CheckAsync(s_key)).Findings.Single().Rule.ShouldBe("JL100");
        File.Exists(Kept).ShouldBeFalse();

        await ReadAsync(Cache());
        var whole = await File.ReadAllBytesAsync(Kept, TestContext.Current.CancellationToken);
        foreach (var spoiled in Spoiled(whole))
        {
            await File.WriteAllBytesAsync(Kept, spoiled, TestContext.Current.CancellationToken);
            Cache().Read().ShouldBeNull();
            File.Exists(Kept).ShouldBeFalse();
        }

        await File.WriteAllBytesAsync(Kept, whole, TestContext.Current.CancellationToken);
        Cache().Read().ShouldNotBeNull();
    }

    [Fact]
    public async Task Many_readers_at_once_all_see_the_whole_history()
    {
        _git.Run(RandomHistory.Script(new Random(9), commits: 30));
        _git.Run("git update-ref refs/heads/main all");
        var expected = await ReadAsync();
        await Parallel.ForAsync(0, 8, TestContext.Current.CancellationToken, async (_, _) => ShouldBeTheSame(await ReadAsync(Cache()), expected));

        ShouldBeTheSame(await ReadAsync(Cache()), expected);
        Directory.GetFiles(Path.GetDirectoryName(Kept)!).ShouldBe([Kept]);
    }

    [Fact]
    public async Task What_cannot_be_kept_is_read_each_time()
    {
        await EditASealedEntryAsync();
        await File.WriteAllTextAsync(Path.Combine(_git.Root, ".git", "assay"), "a file where the folder would be", TestContext.Current.CancellationToken);
        (await CheckAsync(s_key)).Findings.Single().Rule.ShouldBe("JL100");
        (await ReadAsync(Cache())).Main.Count.ShouldBe(2);
        HistoryKey.Take(Path.Combine(_git.Root, ".git", "assay", "history.key")).ShouldBeNull();
    }

    [Fact]
    public void A_key_is_made_once_for_all_and_is_its_owners_alone()
    {
        var file = Path.Combine(_git.Root, "state", "assay", "history.key");
        var keys = new byte[]?[8];
        Parallel.For(0, keys.Length, i => keys[i] = HistoryKey.Take(file));

        keys.Select(key => Convert.ToHexString(key!)).Distinct().ShouldHaveSingleItem();
        keys[0]!.Length.ShouldBe(32);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task Replacements_and_grafts_of_this_clone_hide_nothing()
    {
        await EditASealedEntryAsync();
        _git.Run("git replace HEAD HEAD~1");
        (await CheckAsync(null)).Findings.Select(f => f.Rule).ShouldBe(["JL100"]);
        _git.Run("git replace -d HEAD && mkdir -p .git/info && git rev-parse HEAD > .git/info/grafts");
        (await CheckAsync(null)).Findings.Select(f => f.Rule).ShouldBe(["JL100"]);
    }

    private async Task EditASealedEntryAsync()
    {
        _git.Write(EntrySample.Entry(1));
        _git.Commit();
        _git.Write(_first, _git.Read(_first).Replace("confidence: 70", "confidence: 71", StringComparison.Ordinal));
        _git.Commit();
        (await CheckAsync(null)).Findings.Single().Rule.ShouldBe("JL100");
    }

    private static IEnumerable<byte[]> Spoiled(byte[] whole)
    {
        yield return [];
        yield return whole[..20];
        yield return whole[..^1];
        yield return [.. whole, 0];
        foreach (var at in (int[])[3, 20, 50, whole.Length - 1])
        {
            var copy = (byte[])whole.Clone();
            copy[at] ^= 1;
            yield return copy;
        }
    }
}
