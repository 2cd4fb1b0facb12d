using System.Net;
using System.Net.Sockets;
using Assay.Server.Hosting;

namespace Assay.Server.Tests.Hosting;

public sealed class SocketThreadsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_runtimes_socket_threads_take_turns()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has batch threads.");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var accepting = listener.AcceptSocketAsync(Ct);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port, Ct);
        using var accepted = await accepting;

        // Something has come over a socket: the threads are there.
        var waiting = accepted.ReceiveAsync(new byte[1], Ct);
        await client.GetStream().WriteAsync(new byte[1], Ct);
        (await waiting).ShouldBe(1);
        var changed = SocketThreads.TakeTurns();
        changed.ShouldBePositive();
        Policies().Count(policy => policy == 3).ShouldBe(changed);
    }

    /// <summary>The scheduling policies of all threads called so, as the system tells them.</summary>
    private static List<int> Policies() =>
    [
        .. from thread in System.IO.Directory.EnumerateDirectories("/proc/self/task")
           where File.ReadAllText(Path.Combine(thread, "comm")) == ".NET Sockets\n"
           let stat = File.ReadAllText(Path.Combine(thread, "stat"))
           // Field 41; the second may hold spaces, and ends with the last bracket.
           select int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[38], System.Globalization.CultureInfo.InvariantCulture),
    ];
}
