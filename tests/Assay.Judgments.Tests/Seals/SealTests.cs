using Assay.Judgments.Entries;

namespace Assay.Judgments.Tests.Seals;

/// <summary>Seals in real repositories: in each case the findings that are expected, and no other.</summary>
public sealed class SealTests : IDisposable
{
    private const string Folder = "docs/judgments";
    private readonly GitSandbox _git = new();
    private readonly string _first = EntrySample.Path(1);

    public void Dispose() => _git.Dispose();

    /// <summary>Entry 1, accepted on main.</summary>
    private void Seal()
    {
        _git.Write(EntrySample.Entry(1));
        _git.Commit("entry");
    }

    private void Edit() => _git.Write(_first, _git.Read(_first).Replace("confidence: 70", "confidence: 90", StringComparison.Ordinal));

    [Fact]
    public async Task An_accepted_entry_that_stays_as_it_is_raises_nothing()
    {
        Seal();
        (await _git.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_draft_may_change_go_and_come_until_it_is_accepted()
    {
        var draft = EntrySample.Entry(1) with { Status = JudgmentStatus.Proposed, Owner = null, Confidence = null };
        _git.Write(draft);
        _git.Commit();
        _git.Run($"git rm -q {_first} && git commit -q -m gone");
        _git.Write(draft with { Summary = "Said otherwise." });
        _git.Commit();
        _git.Write(EntrySample.Entry(1));
        _git.Commit("accept");

        (await _git.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_edit_is_found_in_the_working_tree_in_the_index_and_in_history()
    {
        Seal();
        Edit();
        (await _git.FindingsAsync()).ShouldBe([$"JL100 {_first}"]);
        _git.Run("git add -A");
        (await _git.FindingsAsync(staged: true)).ShouldBe([$"JL100 {_first}"]);
        _git.Run("git commit -q -m edit");
        (await _git.FindingsAsync()).ShouldBe([$"JL100 {_first}"]);
    }

    [Fact]
    public async Task A_deletion_is_found_in_the_working_tree_in_the_index_and_in_history()
    {
        Seal();
        File.Delete(Path.Combine(_git.Root, _first));
        (await _git.FindingsAsync()).ShouldBe([$"JL101 {_first}"]);
        _git.Run("git add -A");
        (await _git.FindingsAsync(staged: true)).ShouldBe([$"JL101 {_first}"]);
        _git.Run("git commit -q -m delete");
        (await _git.FindingsAsync()).ShouldBe([$"JL101 {_first}"]);
    }

    [Fact]
    public async Task An_edit_that_was_reverted_stays_reported_as_restored()
    {
        Seal();
        Edit();
        _git.Commit("edit");
        _git.Run("git revert --no-edit HEAD");

        var result = await _git.CheckAsync();
        result.Findings.Single().Rule.ShouldBe("JL100");
        result.Findings.Single().Message.ShouldContain("It came back in " + _git.Run("git rev-parse HEAD")[..12]);
    }

    [Fact]
    public async Task Reverting_the_commit_that_brought_an_entry_deletes_it()
    {
        Seal();
        _git.Run("git revert --no-edit HEAD");
        (await _git.FindingsAsync()).ShouldBe([$"JL101 {_first}"]);
    }

    [Fact]
    public async Task A_rename_and_a_move_of_the_folder_are_no_change()
    {
        Seal();
        _git.Run($"git mv {_first} {Folder}/2026-10-24-renamed.judgment.md");
        (await _git.FindingsAsync(staged: true)).ShouldBeEmpty();
        _git.Run($"git commit -q -m rename && mkdir -p src/a && git mv {Folder} src/a/log && git commit -q -m move");
        (await _git.FindingsAsync()).ShouldBeEmpty();

        // Moved without git: a deletion and a file that is not tracked.
        _git.Run("mv src/a/log src/b");
        (await _git.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_move_with_an_edit_is_an_edit_and_moving_it_on_is_nothing_new()
    {
        Seal();
        var moved = "log/2026-10-24-moved.judgment.md";
        _git.Run($"mkdir log && git mv {_first} {moved}");
        _git.Write(moved, _git.Read(moved).Replace("70", "71", StringComparison.Ordinal));
        _git.Commit("move and edit");
        _git.Run($"git mv {moved} log/2026-10-24-again.judgment.md && git commit -q -m again");

        (await _git.FindingsAsync()).ShouldBe([$"JL100 {moved}"]);
    }

    [Fact]
    public async Task Merges_seal_at_the_merge_so_that_a_branch_may_work_on_its_own_entries()
    {
        _git.Run("git checkout -q -b work");
        Seal();
        Edit();
        _git.Commit("still ours");
        (await _git.FindingsAsync()).ShouldBeEmpty();
        _git.Run("git checkout -q main && git merge -q --no-ff -m merge work");

        var result = await _git.CheckAsync();
        result.Findings.ShouldBeEmpty();
        result.Context.Seals.Seals.Single().Commit.ShouldBe(_git.Run("git rev-parse HEAD"));
    }

    [Fact]
    public async Task A_branch_that_edits_a_sealed_entry_is_told_before_and_after_the_merge()
    {
        Seal();
        _git.Run("git checkout -q -b work");
        Edit();
        _git.Commit("edit");
        (await _git.FindingsAsync()).ShouldBe([$"JL100 {_first}"]);
        _git.Run("git checkout -q main && git merge -q --no-ff -m merge work");
        (await _git.FindingsAsync()).ShouldBe([$"JL100 {_first}"]);
    }

    [Fact]
    public async Task A_squash_merge_that_moves_the_folder_and_adds_an_entry_raises_nothing()
    {
        Seal();
        _git.Run($"git checkout -q -b work && mkdir log && git mv {_first} log/ && git commit -q -m move");
        _git.Write(EntrySample.Entry(2), "log/2026-10-24-second.judgment.md");
        _git.Commit("second");
        _git.Run("git checkout -q main && git merge -q --squash work && git commit -q -m squashed && git branch -q -D work");

        var result = await _git.CheckAsync();
        result.Findings.ShouldBeEmpty();
        result.Context.Seals.Seals.Select(s => s.Path).ShouldBe(
            ["log/2026-10-24-decision-number-1.judgment.md", "log/2026-10-24-second.judgment.md"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_rebase_changes_commits_and_no_seal()
    {
        _git.Run("git checkout -q -b work");
        _git.Write(EntrySample.Entry(2));
        _git.Commit("second");
        _git.Run("git branch old && git checkout -q main");
        Seal();
        _git.Run("git checkout -q work && git rebase -q main");
        (await _git.FindingsAsync()).ShouldBeEmpty();
        _git.Run("git checkout -q main && git merge -q --ff-only work");
        (await _git.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_branch_that_is_behind_is_not_blamed_for_what_main_has_and_it_has_not()
    {
        _git.Run("git branch work");
        Seal();
        _git.Run("git checkout -q work");
        _git.Write(EntrySample.Entry(2));
        (await _git.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_shallow_clone_is_refused()
    {
        Seal();
        _git.Run("git commit -q --allow-empty -m more");
        using var shallow = _git.Clone("--depth 1");

        var result = await shallow.CheckAsync();
        result.IsImpossible.ShouldBeTrue();
        result.Findings.Single().Rule.ShouldBe("JL102");
        result.Findings.Single().Message.ShouldContain("--unshallow");
    }

    [Fact]
    public async Task Line_ends_that_git_converts_are_no_change_and_those_that_are_committed_are()
    {
        Seal();
        using var windows = _git.Clone("-c core.autocrlf=true");
        windows.Read(_first).ShouldContain("\r\n");
        (await windows.FindingsAsync()).ShouldBeEmpty();

        _git.Write(_first, _git.Read(_first).ReplaceLineEndings("\r\n"));
        (await _git.FindingsAsync()).ShouldBe([$"JL100 {_first}"]);
    }

    [Fact]
    public async Task A_clone_checks_against_the_default_branch_of_origin()
    {
        Seal();
        using var clone = _git.Clone();
        clone.Run("git checkout -q -b work");
        clone.Write(_first, clone.Read(_first).Replace("70", "1", StringComparison.Ordinal));
        clone.Commit();

        (await clone.CheckAsync()).Findings.Where(f => f.Rule == "JL100").Single().Path.ShouldBe(_first);
    }

    [Fact]
    public async Task A_forced_push_that_drops_an_entry_leaves_nothing_that_git_alone_could_find()
    {
        Seal();
        using var clone = _git.Clone();
        _git.Run("git reset -q --hard HEAD~1 && git commit -q --allow-empty -m rewritten");
        clone.Run("git fetch -q --force && git reset -q --hard origin/main");

        // Which is why seals are kept by a witness as well.
        (await clone.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Concurrent_branches_that_use_one_id_are_found_before_they_are_merged()
    {
        _git.Run("git checkout -q -b other");
        _git.Write(EntrySample.Entry(1) with { Title = "Somebody else's", DecidedAt = EntrySample.Noon.AddMinutes(1) });
        _git.Commit();
        _git.Run("git checkout -q main && git checkout -q -b mine");
        _git.Write(EntrySample.Entry(1));
        (await _git.FindingsAsync()).ShouldBe([$"JL002 {_first}"]);
        _git.Commit();
        (await _git.FindingsAsync()).ShouldBe([$"JL002 {_first}"]);
        _git.Run("git merge -q -m both other");
        (await _git.FindingsAsync()).ShouldBe(["JL002 docs/judgments/2026-10-24-somebody-elses.judgment.md"]);
    }

    [Fact]
    public async Task The_same_entry_on_two_branches_is_one_entry_also_where_one_renamed_it()
    {
        _git.Write(EntrySample.Entry(1) with { Status = JudgmentStatus.Proposed });
        _git.Commit();
        _git.Run($"git checkout -q -b other && git mv {_first} {Folder}/2026-10-24-other.judgment.md && git commit -q -m rename && git checkout -q main");
        _git.Write(EntrySample.Entry(1));
        _git.Commit("accept");

        (await _git.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_owner_is_the_author_or_stands_in_the_trailer()
    {
        _git.Write(EntrySample.Entry(1) with { Owner = "grace@example.com" });
        _git.Commit();
        (await _git.FindingsAsync()).ShouldBe([$"JL005 {_first}"]);
        _git.Run("git commit -q --amend -m entry -m 'Judged-by: Grace <grace@example.com>'");
        (await _git.FindingsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Paths_with_any_character_are_read()
    {
        var odd = _git.Write(EntrySample.Entry(1), "do cs/ü \"q\"/2026-10-24-a\tb.judgment.md");
        _git.Commit();
        (await _git.FindingsAsync()).ShouldBeEmpty();
        File.Delete(Path.Combine(_git.Root, odd));
        (await _git.FindingsAsync()).ShouldBe([$"JL101 {odd}"]);
    }

    [Fact]
    public async Task A_repository_without_a_commit_is_checked_as_far_as_it_goes()
    {
        _git.Run("rm -rf .git && git init -q");
        _git.Write(EntrySample.Entry(1));
        (await _git.FindingsAsync()).ShouldBeEmpty();
    }
}
