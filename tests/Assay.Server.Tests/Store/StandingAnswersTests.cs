using Assay.Server.Store;
using Assay.Testing;

namespace Assay.Server.Tests.Store;

/// <summary>What takes long is made beside the one who asks.</summary>
public sealed class StandingAnswersTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private readonly ManualTime _clock = new();
    private int _asked;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_quick_answer_is_kept_for_as_long_as_was_said_and_then_asked_for_again()
    {
        var answers = new StandingAnswers<string, int>(_clock, s_minute);
        (await QuickAsync(answers)).ShouldBe(1);
        (await QuickAsync(answers)).ShouldBe(1);
        _clock.Advance(s_minute);
        (await QuickAsync(answers)).ShouldBe(2);
        answers.HasCostly.ShouldBeFalse();

        var unkept = new StandingAnswers<string, int>(_clock, TimeSpan.Zero);
        (await QuickAsync(unkept)).ShouldBe(3);
        (await QuickAsync(unkept)).ShouldBe(4);
    }

    [Fact]
    public async Task A_costly_one_stands_while_the_next_is_made_and_says_when_it_was_made()
    {
        var answers = new StandingAnswers<string, int>(_clock, TimeSpan.Zero);
        var began = _clock.GetUtcNow();
        (await CostlyAsync(answers, Task.CompletedTask)).ShouldBe(new Standing<int>(1, began));
        answers.HasCostly.ShouldBeTrue();
        (await CostlyAsync(answers, Task.CompletedTask)).Answer.ShouldBe(1);

        // Ten seconds of work stand for ten minutes; who comes after does not wait for the next.
        _clock.Advance(TimeSpan.FromMinutes(10));
        var gate = new TaskCompletionSource();
        (await CostlyAsync(answers, gate.Task)).ShouldBe(new Standing<int>(1, began));
        (await CostlyAsync(answers, gate.Task)).Answer.ShouldBe(1);
        gate.SetResult();
        await UntilAsync(async () => (await CostlyAsync(answers, Task.CompletedTask)).Answer == 2);
        _asked.ShouldBe(2);
    }

    [Fact]
    public async Task Those_who_wait_for_the_first_wait_for_the_same_and_a_failure_is_not_kept()
    {
        var answers = new StandingAnswers<string, int>(_clock, s_minute);
        var gate = new TaskCompletionSource();
        var (one, other) = (CostlyAsync(answers, gate.Task).AsTask(), CostlyAsync(answers, gate.Task).AsTask());
        gate.SetException(new InvalidOperationException("down"));
        await Should.ThrowAsync<InvalidOperationException>(one);
        await Should.ThrowAsync<InvalidOperationException>(other);
        (await QuickAsync(answers)).ShouldBe(2);
    }

    [Fact]
    public async Task Only_so_many_are_kept()
    {
        var answers = new StandingAnswers<string, int>(_clock, s_minute, answersMax: 2);
        foreach (var name in new[] { "a", "b", "c" })
        {
            await answers.AskAsync(name, _ => ValueTask.FromResult(++_asked), Ct);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        (await answers.AskAsync("c", _ => ValueTask.FromResult(++_asked), Ct)).Answer.ShouldBe(3);
        (await answers.AskAsync("a", _ => ValueTask.FromResult(++_asked), Ct)).Answer.ShouldBe(4);
    }

    private async Task<int> QuickAsync(StandingAnswers<string, int> answers) =>
        (await answers.AskAsync("q", _ => ValueTask.FromResult(++_asked), Ct)).Answer;

    private ValueTask<Standing<int>> CostlyAsync(StandingAnswers<string, int> answers, Task gate) => answers.AskAsync(
        "q",
        async _ =>
        {
            var number = ++_asked;
            await gate;
            _clock.Advance(TimeSpan.FromSeconds(10));
            return number;
        },
        Ct);

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            await Task.Yield();
            Ct.ThrowIfCancellationRequested();
        }
    }
}
