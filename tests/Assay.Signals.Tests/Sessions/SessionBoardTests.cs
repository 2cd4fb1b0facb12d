using System.Text;
using Assay.Signals.Patterns;
using Assay.Signals.Sessions;
using Assay.Signals.Sketches;

namespace Assay.Signals.Tests.Sessions;

public sealed class SessionBoardTests
{
    private static readonly SketchKey s_key = new("0123456789abcdef"u8);
    private static readonly SessionSettings s_settings = new() { CostMax = 5, RepeatsMax = 10 };

    private readonly SessionBoard _board = new(s_settings);

    [Fact]
    public void A_session_that_spends_too_fast_is_told_once_with_the_call_that_shows_it()
    {
        var told = Enumerable.Range(0, 60).Select(second => See("s1", second, 0.25)).ToList();
        var first = told.FindIndex(t => t is not null);
        first.ShouldBeInRange(20, 25);
        told[first]!.Kind.ShouldBe(RunawayKind.Cost);
        told[first]!.SpentUsd.ShouldBeGreaterThanOrEqualTo(5);
        told.Count(t => t is not null).ShouldBe(1);
    }

    [Fact]
    public void The_same_spend_over_an_hour_or_in_many_sessions_is_none()
    {
        Enumerable.Range(0, 60).ShouldAllBe(minute => See("slow", minute * 60, 0.25) == null);
        Enumerable.Range(0, 60).ShouldAllBe(second => See($"s{second % 10}", 4000 + second, 0.25) == null);
    }

    [Fact]
    public void Going_round_in_a_circle_of_few_stations_is_told()
    {
        var told = Enumerable.Range(0, 40).Select(i => See("s1", i * 30, 0.01, Station(i % 4))).ToList();
        told.FindIndex(t => t is not null).ShouldBe(4 + 10 - 1);
        told.First(t => t is not null)!.Kind.ShouldBe(RunawayKind.Loop);
    }

    [Fact]
    public void A_human_turn_or_something_new_begins_the_count_again()
    {
        for (var i = 0; i < 100; i++)
        {
            See("human", i * 30, 0.01, Station(0), isHuman: i % 9 == 8).ShouldBeNull();
            See("new", i * 30, 0.01, i % 9 == 8 ? Station(100 + i) : Station(0)).ShouldBeNull();
        }
    }

    [Fact]
    public void Sketches_under_another_key_are_not_compared()
    {
        for (var i = 0; i < 100; i++)
        {
            if (i % 9 == 8)
            {
                _board.ForgetSketches();
            }

            See("s1", i * 30, 0.01, Station(0)).ShouldBeNull();
        }
    }

    [Fact]
    public void What_is_silent_for_an_hour_is_forgotten_and_nobody_can_fill_the_memory()
    {
        var board = new SessionBoard(s_settings with { SessionsMax = 50 });
        for (var i = 0; i < 500; i++)
        {
            board.See("ada", $"s{i}", Call(0, 0.01, default, false));
        }

        board.Count.ShouldBe(50);
        board.See("ada", "late", Call(2 * 3600, 0.01, default, false));
        board.Count.ShouldBe(1);
    }

    private RunawaySession? See(string session, int second, double usd, string text = "", bool isHuman = false) =>
        _board.See("ada", session, Call(second, usd, TextSketch.Of(s_key, Encoding.UTF8.GetBytes(text)), isHuman));

    private static CallSeen Call(int second, double usd, TextSketch sketch, bool isHuman) =>
        new(1_000_000_000 + (second * 1000L), 1, 1, false, isHuman, 1000, 50_000, 200, usd, sketch);

    private static string Station(int number)
    {
        var random = new Random(number);
        return string.Join(' ', Enumerable.Range(0, 30).Select(_ => $"w{random.Next(3000)}"));
    }
}
