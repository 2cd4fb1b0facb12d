using Assay.Outcomes.Scan;

namespace Assay.Outcomes.Tests.Scan;

public sealed class ScanReadingTests
{
    [Theory]
    [InlineData("Merge pull request #12 from acme/JRA-7-cache\n\nAdd a cache\n\nMore.", '#', 12, "Add a cache", "JRA-7-cache")]
    [InlineData("Add a cache (#12)\n\n* Half of it\n* All of it", '#', 12, "Add a cache", "")]
    [InlineData("Merge branch 'cache' into 'main'\n\nAdd a cache\n\nSee merge request group/app!12", '!', 12, "Add a cache", "cache")]
    [InlineData("Add a cache\n\nSee merge request !12", '!', 12, "Add a cache", "")]
    public void A_merge_says_which_change_it_is(string message, char mark, int number, string title, string branch) =>
        CommitMessage.Merged(message).ShouldBe(new MergedChange(mark, number, title, branch));

    [Theory]
    [InlineData("Fix #12 at last")]
    [InlineData("Merge branch 'main' into cache")]
    [InlineData("We should see merge request !12 one day")]
    public void A_commit_that_merges_nothing_says_nothing(string message) => CommitMessage.Merged(message).ShouldBeNull();

    [Fact]
    public void Trailers_name_sessions()
    {
        CommitMessage.Sessions("Add a cache\n\nAI-Session: claude-code/092d99fc-ac17-4ee7-b310-57d387777c91\nAI-Session: thread_1\nAI-Session: thread_1\n")
            .ShouldBe(["092d99fc-ac17-4ee7-b310-57d387777c91", "thread_1"]);
        CommitMessage.Sessions("It mentions AI-Session: none of them").ShouldBeEmpty();
    }

    [Fact]
    public void A_note_of_git_ai_counts_the_lines_of_each_session_and_not_those_of_humans()
    {
        const string note = """
            src/main.rs
              s_c9883b05a2487d::t_9f8e7d6c5b4a32 1-10,15-20
              s_c9883b05a2487d::t_a1b2c3d4e5f678 25
              h_31dce776f88375 42-50
            "src/my lib.rs"
              abcd1234abcd1234 1-3
            ---
            {"schema_version":"authorship/3.0.0","base_commit_sha":"77","humans":{"h_31dce776f88375":{"author":"D <d@example.com>"}},
             "prompts":{"abcd1234abcd1234":{"agent_id":{"tool":"cursor","id":"old","model":"m"}}},
             "sessions":{"s_c9883b05a2487d":{"agent_id":{"tool":"claude","id":"092d99fc","model":"m"}}}}
            """;

        GitAiNote.Read(note).ShouldBe([new("claude", "092d99fc", 17), new("cursor", "old", 3)]);
        GitAiNote.Read(note.Replace("authorship/3.0.0", "authorship/9.0.0", StringComparison.Ordinal)).ShouldBeEmpty();
        GitAiNote.Read("Just a note").ShouldBeEmpty();
        GitAiNote.Read("---\nnot json").ShouldBeEmpty();
        GitAiNote.Read("---\n[]").ShouldBeEmpty();
    }
}
