using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Assay.Bench.Load.Traffic;

internal sealed record LoadResult(Histogram Latency, Histogram FirstByte, TimeSpan Elapsed, long Wrong, long BodyBytes)
{
    internal double PerSecond => Latency.Count / Elapsed.TotalSeconds;
}

/// <summary>
/// A closed loop: each connection sends a request, reads the whole answer, and sends the next. Only requests that begin
/// inside the window are recorded. An answer that is not 200, or whose body is not as long as the others', is wrong.
/// </summary>
internal static class Generator
{
    internal static async Task<LoadResult> RunAsync(byte[] request, int port, int connections, TimeSpan window)
    {
        var end = Stopwatch.GetTimestamp() + (long)(window.TotalSeconds * Stopwatch.Frequency);
        var start = Stopwatch.GetTimestamp();
        Client[] clients;
        if (connections == 1)
        {
            // A thread that blocks in recv wakes straight from the kernel: no event loop adds to what is measured.
            var client = new Client(request, port);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var thread = new Thread(() => { client.RunBlocking(end); done.SetResult(); }) { IsBackground = true };
            thread.Start();
            await done.Task;
            clients = [client];
        }
        else
        {
            clients = [.. Enumerable.Range(0, connections).Select(_ => new Client(request, port))];
            await Task.WhenAll(clients.Select(client => client.RunAsync(end)));
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        var all = new Histogram();
        var firsts = new Histogram();
        foreach (var client in clients)
        {
            all.Add(client.Latency);
            firsts.Add(client.FirstByte);
            client.Dispose();
        }

        // Every answer of one kind has the same length; the commonest one is right, the rest are counted as wrong.
        var lengths = clients.SelectMany(client => client.Lengths).GroupBy(pair => pair.Key, pair => pair.Value)
            .Select(group => (Bytes: group.Key, Count: group.Sum())).OrderByDescending(each => each.Count).ToList();
        return new LoadResult(
            all,
            firsts,
            elapsed,
            clients.Sum(client => client.Wrong) + lengths.Skip(1).Sum(each => each.Count),
            lengths.Count > 0 ? lengths[0].Bytes : 0);
    }

    private sealed class Client : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly byte[] _request;
        private readonly byte[] _buffer = new byte[64 * 1024];
        private ResponseReader _reader = new();
        private long _sentAt;

        internal Client(byte[] request, int port)
        {
            _request = request;
            _socket.Connect(IPAddress.Loopback, port);
        }

        internal Histogram Latency { get; } = new();

        /// <summary>Until the first byte of the body.</summary>
        internal Histogram FirstByte { get; } = new();

        internal Dictionary<long, long> Lengths { get; } = [];

        internal long Wrong { get; private set; }

        public void Dispose() => _socket.Dispose();

        internal void RunBlocking(long end)
        {
            try
            {
                while ((_sentAt = Stopwatch.GetTimestamp()) < end)
                {
                    _reader.Reset();
                    _socket.Send(_request);
                    while (!Took(_socket.Receive(_buffer)))
                    {
                    }
                }
            }
            catch (Exception fault) when (fault is SocketException or IOException)
            {
                Wrong++;
            }
        }

        internal async Task RunAsync(long end)
        {
            try
            {
                while ((_sentAt = Stopwatch.GetTimestamp()) < end)
                {
                    _reader.Reset();
                    await _socket.SendAsync(_request);
                    while (!Took(await _socket.ReceiveAsync(_buffer.AsMemory())))
                    {
                    }
                }
            }
            catch (Exception fault) when (fault is SocketException or IOException)
            {
                Wrong++;
            }
        }

        /// <summary>True when the answer is complete. Throws when the connection cannot be used any more.</summary>
        private bool Took(int read)
        {
            var isFirst = _reader.BodyBytes == 0;
            var state = read == 0 ? ReadState.Broken : _reader.Feed(_buffer.AsSpan(0, read));
            if (isFirst && _reader.BodyBytes > 0)
            {
                FirstByte.Record((long)Stopwatch.GetElapsedTime(_sentAt).TotalNanoseconds);
            }

            if (state == ReadState.More)
            {
                return false;
            }

            if (state == ReadState.Broken)
            {
                throw new IOException("The answer broke off.");
            }

            Latency.Record((long)Stopwatch.GetElapsedTime(_sentAt).TotalNanoseconds);
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(Lengths, _reader.BodyBytes, out _)++;
            if (_reader.Status != 200)
            {
                Wrong++;
            }

            return true;
        }
    }
}
