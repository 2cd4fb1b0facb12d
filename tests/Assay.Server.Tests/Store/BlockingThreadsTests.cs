using Assay.Server.Store;

namespace Assay.Server.Tests.Store;

public sealed class BlockingThreadsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_that_enters_leaves_the_pool_and_stays_until_it_waits_for_something_else()
    {
        using var threads = new BlockingThreads("tests", 2);
        var name = await NameAsync(threads);
        name.ShouldBe("tests");

        static async Task<string?> NameAsync(BlockingThreads threads)
        {
            await threads.Enter();
            var first = Thread.CurrentThread;
            await threads.Enter();
            Thread.CurrentThread.ShouldBeSameAs(first);
            first.IsThreadPoolThread.ShouldBeFalse();
            return first.Name;
        }
    }

    [Fact]
    public async Task No_more_than_so_many_work_at_once_and_all_are_done()
    {
        using var threads = new BlockingThreads("tests", 3);
        using var isFull = new CountdownEvent(3);
        using var go = new ManualResetEventSlim();
        var (running, most) = (0, 0);
        var work = Enumerable.Range(0, 12).Select(_ => WorkAsync()).ToList();

        // All three are there, and none of the nine others.
        await Task.Run(() => isFull.Wait(Ct), Ct);
        go.Set();
        await Task.WhenAll(work).WaitAsync(Ct);
        most.ShouldBe(3);

        async Task WorkAsync()
        {
            await threads.Enter();
            var now = Interlocked.Increment(ref running);
            lock (go)
            {
                most = Math.Max(most, now);
            }

            if (!isFull.IsSet)
            {
                isFull.Signal();
            }

            go.Wait(Ct);
            Interlocked.Decrement(ref running);
        }
    }

    [Fact]
    public async Task What_throws_throws_where_it_is_awaited_and_what_flows_flows()
    {
        using var threads = new BlockingThreads("tests", 1);
        var flows = new AsyncLocal<string> { Value = "told" };
        (await Should.ThrowAsync<InvalidOperationException>(ThrowAsync)).Message.ShouldBe("told");

        // The thread is still good for others, also after Dispose.
        threads.Dispose();
        await ThrowAsync().ShouldThrowAsync<InvalidOperationException>();

        async Task ThrowAsync()
        {
            await threads.Enter();
            throw new InvalidOperationException(flows.Value);
        }
    }
}
