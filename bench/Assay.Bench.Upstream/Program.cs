using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Assay.Bench.Upstream;

// A provider that costs almost nothing. usage: Assay.Bench.Upstream PORT
using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture)));
listener.Listen(1024);

var pacer = new Pacer(TimeProvider.System);
_ = pacer.RunAsync();
Console.WriteLine("ready");
while (true)
{
    var connection = new Connection(await listener.AcceptAsync(), pacer);
    _ = connection.RunAsync();
}
