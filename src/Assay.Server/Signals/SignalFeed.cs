using System.Security.Cryptography;
using System.Threading.Channels;
using Assay.Ledger.Usage;
using Assay.Signals.Sketches;

namespace Assay.Server.Signals;

/// <summary>
/// Takes settled calls to the detectors. A call never waits for them: when they are far behind, it is not looked at, and
/// counted here.
/// </summary>
internal sealed class SignalFeed
{
    /// <summary>
    /// From so many on they are looked at at once, not at the next second: what waits for long is copied about by the
    /// collector, and has left the processor's caches when it is looked at.
    /// </summary>
    public const int ManyFrom = 512;

    private const int WaitingMax = 100_000;

    private readonly Channel<SettledCall> _calls = Channel.CreateBounded<SettledCall>(
        new BoundedChannelOptions(WaitingMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private TaskCompletionSource _many = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _passedOver;
    private Key _key = Key.New();

    /// <summary>Calls that were not looked at.</summary>
    public long PassedOver => Interlocked.Read(ref _passedOver);

    /// <summary>Calls that were not looked at yet. For one reader.</summary>
    public ChannelReader<SettledCall> Reader => _calls.Reader;

    /// <summary>Completes when <see cref="ManyFrom"/> calls wait. For the one who reads.</summary>
    public Task ManyAsync()
    {
        if (_many.Task.IsCompleted)
        {
            // A full fence: whoever offers sees this one, or what is offered is seen here.
            Interlocked.Exchange(ref _many, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return _calls.Reader.Count >= ManyFrom ? Task.CompletedTask : _many.Task;
    }

    /// <summary>A call was settled.</summary>
    /// <param name="message">The request's last message, read now and not kept.</param>
    public void Offer(UsageEvent facts, IReadOnlyList<string> teamPath, ReadOnlySpan<byte> message)
    {
        if (facts.Resolution == Resolution.Voided)
        {
            return;
        }

        var (sketch, isHuman) = LastMessage.Sketch(_key.Value, message);
        if (!_calls.Writer.TryWrite(new SettledCall(facts, teamPath, sketch, isHuman)))
        {
            Interlocked.Increment(ref _passedOver);
        }
        else if (_calls.Reader.Count >= ManyFrom)
        {
            Volatile.Read(ref _many).TrySetResult();
        }
    }

    /// <summary>Sketches are made under a new key from now on; whoever keeps old ones must forget them.</summary>
    public void ChangeKey() => Volatile.Write(ref _key, Key.New());

    private sealed record Key(SketchKey Value)
    {
        /// <summary>A random key that is nowhere but in this process.</summary>
        public static Key New()
        {
            Span<byte> secret = stackalloc byte[SketchKey.Bytes];
            RandomNumberGenerator.Fill(secret);
            return new Key(new SketchKey(secret));
        }
    }
}
