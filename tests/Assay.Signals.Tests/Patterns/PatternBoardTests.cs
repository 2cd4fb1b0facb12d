using System.Text;
using Assay.Signals.Patterns;
using Assay.Signals.Sketches;

namespace Assay.Signals.Tests.Patterns;

public sealed class PatternBoardTests
{
    private const long DayMs = 86_400_000;
    private const string Ask = "please write once more a long and detailed summary of everything that this module does and why it does so";
    private static readonly SketchKey s_key = new("0123456789abcdef"u8);

    [Fact]
    public void Asking_nearly_the_same_all_day_is_a_cue_on_the_second_day()
    {
        var cues = Days(3, (day, i) => Human(day, i, $"{Ask} again {i % 3}"));
        cues[0].ShouldBeEmpty();
        var cue = cues[1].ShouldHaveSingleItem();
        cue.Kind.ShouldBe(PatternKind.RepeatedAsks);
        cue.Days.Count.ShouldBe(2);
        cue.Days[1].Measure.ShouldBe(1, 0.05);
    }

    [Fact]
    public void Asking_much_that_differs_is_none()
    {
        var random = new Random(1);
        Days(5, (day, i) => Human(day, i, Words(random, 30))).SelectMany(cues => cues).ShouldBeEmpty();
    }

    [Fact]
    public void Saying_go_on_is_none() =>
        Days(5, (day, i) => Human(day, i, "yes, go on")).SelectMany(cues => cues).ShouldBeEmpty();

    [Fact]
    public void An_agent_that_repeats_itself_all_night_is_a_cue_and_one_that_moves_on_is_none()
    {
        var random = new Random(2);
        Days(3, (day, i) => Tool(day, i, $"file {i % 4} {Ask}"), calls: 300)[1].ShouldContain(c => c.Kind == PatternKind.UnattendedLoop);
        Days(3, (day, i) => Tool(day, i, Words(random, 40)), calls: 300).SelectMany(cues => cues).ShouldBeEmpty();
    }

    [Fact]
    public void Declared_work_that_led_to_something_takes_longer_to_be_asked_about()
    {
        var board = new PatternBoard(PatternSettings.Standard);
        var first = -1;
        for (var day = 100; day < 108 && first < 0; day++)
        {
            var cues = board.AdvanceTo(day);
            first = cues.Count > 0 ? day - 100 : first;
            for (var i = 0; i < 40; i++)
            {
                board.See("ada", 1, day, Human(day, i, Ask) with { IsDeclared = true });
            }

            board.Outcome("ada", day);
        }

        first.ShouldBe(5);
    }

    [Fact]
    public void Prompts_that_miss_a_warm_cache_are_a_cue_unless_the_whole_team_does()
    {
        var alone = Days(3, (day, i) => Busted(day, i));
        alone[1].ShouldContain(c => c.Kind == PatternKind.CacheBusting);

        var board = new PatternBoard(PatternSettings.Standard);
        for (var day = 100; day < 104; day++)
        {
            for (var i = 0; i < 60; i++)
            {
                foreach (var person in (string[])["ada", "bob", "eve"])
                {
                    board.See(person, 1, day, Busted(day, i)).ShouldBeEmpty();
                }
            }
        }
    }

    [Fact]
    public void The_same_task_in_many_sessions_at_once_is_a_cue() =>
        Days(3, (day, i) => Human(day, i, Ask) with { Session = (ulong)(1 + i), AtMs = (day * DayMs) + (i * 20_000) }, calls: 12)[1]
            .ShouldContain(c => c.Kind == PatternKind.FanOut);

    [Fact]
    public void Answers_that_are_far_longer_than_others_are_a_cue_unless_they_are_about_long_documents()
    {
        Days(3, (day, i) => Human(day, i, "go on") with { Output = 3_000 })[1].ShouldHaveSingleItem().Kind.ShouldBe(PatternKind.Verbosity);
        Days(3, (day, i) => Human(day, i, "go on") with { Output = 3_000, CacheRead = 600_000 }).SelectMany(cues => cues)
            .ShouldNotContain(cue => cue.Kind == PatternKind.Verbosity);
    }

    [Fact]
    public void Days_that_end_at_the_same_amount_are_a_cue()
    {
        var cues = Days(6, (day, i) => Human(day, i, "go on") with { Fresh = 400_000 + (day % 2 * 500) });
        cues.SelectMany(c => c).ShouldContain(c => c.Kind == PatternKind.Bunching);
    }

    [Fact]
    public void A_volume_is_told_as_agents_that_never_pause()
    {
        var cue = new ReviewCue("ada", PatternKind.FanOut, [new CueDay(1, 1, 1, 1, 1, 938_000_000, 1)]);
        cue.AlwaysOnAgents.ShouldBe(2);
    }

    private static List<IReadOnlyList<ReviewCue>> Days(int days, Func<int, int, CallSeen> call, int calls = 40)
    {
        var board = new PatternBoard(PatternSettings.Standard);
        var ended = new List<IReadOnlyList<ReviewCue>>();
        for (var day = 100; day < 100 + days; day++)
        {
            for (var i = 0; i < calls; i++)
            {
                board.See("ada", 1, day, call(day, i));
            }

            ended.Add(board.AdvanceTo(day + 1));
        }

        return ended;
    }

    private static CallSeen Human(int day, int i, string text) => new(
        (day * DayMs) + (i * 60_000), 7, 1, false, true, 1000, 20_000L + (i * 1000), 300, 0.5, Sketch(text));

    private static CallSeen Tool(int day, int i, string text) => Human(day, i, text) with { IsHuman = false };

    private static CallSeen Busted(int day, int i) => Tool(day, i, "ok") with { Fresh = 30_000 + (i * 500), CacheRead = 0 };

    private static string Words(Random random, int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(_ => $"w{random.Next(3000)}"));

    private static TextSketch Sketch(string text) => TextSketch.Of(s_key, Encoding.UTF8.GetBytes(text));
}
