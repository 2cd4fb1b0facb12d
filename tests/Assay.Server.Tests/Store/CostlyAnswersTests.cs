using Assay.Server.Store;
using Assay.Testing;

namespace Assay.Server.Tests.Store;

public sealed class CostlyAnswersTests
{
    private readonly ManualTime _clock = new(new DateTimeOffset(2026, 11, 20, 15, 0, 0, TimeSpan.Zero));
    private int _asked;

    [Fact]
    public async Task A_cheap_answer_is_asked_each_time()
    {
        var answers = new CostlyAnswers<string, int>(_clock, TimeSpan.FromHours(1));
        (await AskAsync(answers, "a")).ShouldBe(1);
        (await AskAsync(answers, "a")).ShouldBe(2);
    }

    [Fact]
    public async Task A_costly_one_is_kept_for_its_own_question_and_not_for_ever()
    {
        var answers = new CostlyAnswers<string, int>(_clock, TimeSpan.Zero);
        (await AskAsync(answers, "a")).ShouldBe(1);
        (await AskAsync(answers, "a")).ShouldBe(1);
        (await AskAsync(answers, "b")).ShouldBe(2);
        _clock.Advance(CostlyAnswers<string, int>.KeptMax);
        (await AskAsync(answers, "a")).ShouldBe(3);
    }

    [Fact]
    public async Task Nothing_is_kept_of_what_was_asked_before_it_was_forgotten()
    {
        var answers = new CostlyAnswers<string, int>(_clock, TimeSpan.Zero);
        var before = await answers.AskAsync(
            "a",
            _ =>
            {
                answers.Forget();
                return ValueTask.FromResult(-1);
            },
            TestContext.Current.CancellationToken);
        before.ShouldBe(-1);
        (await AskAsync(answers, "a")).ShouldBe(1);
        answers.Forget();
        (await AskAsync(answers, "a")).ShouldBe(2);
    }

    private ValueTask<int> AskAsync(CostlyAnswers<string, int> answers, string question) =>
        answers.AskAsync(question, _ => ValueTask.FromResult(++_asked), TestContext.Current.CancellationToken);
}
