using System.Net;
using System.Net.Sockets;

namespace Assay.Server.Console.SignIn;

/// <summary>
/// Counts failed attempts to sign in by address and stops counting addresses, not people: a key has 256 random bits, so
/// this is against noise and cost, not against guessing.
/// </summary>
internal sealed class SignInAttempts(TimeProvider clock, int failuresMax, TimeSpan window)
{
    private const int AddressesMax = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, (int Failures, long WindowEndMs)> _byAddress = [];

    /// <summary>How long the address has to wait; zero if it may try.</summary>
    public TimeSpan WaitOf(IPAddress? address)
    {
        var now = NowMs;
        lock (_lock)
        {
            return _byAddress.TryGetValue(NetworkOf(address), out var entry)
                && entry.Failures >= failuresMax && entry.WindowEndMs > now
                ? TimeSpan.FromMilliseconds(entry.WindowEndMs - now)
                : TimeSpan.Zero;
        }
    }

    public void Failed(IPAddress? address)
    {
        var network = NetworkOf(address);
        var now = NowMs;
        lock (_lock)
        {
            if (_byAddress.Count >= AddressesMax)
            {
                Forget(now);
            }

            var entry = _byAddress.GetValueOrDefault(network);
            _byAddress[network] = entry.WindowEndMs > now
                ? (entry.Failures + 1, entry.WindowEndMs)
                : (1, now + (long)window.TotalMilliseconds);
        }
    }

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private void Forget(long now)
    {
        foreach (var (address, _) in _byAddress.Where(entry => entry.Value.WindowEndMs <= now).ToList())
        {
            _byAddress.Remove(address);
        }

        if (_byAddress.Count >= AddressesMax)
        {
            // Attempts from more addresses than fit: begin anew rather than grow.
            _byAddress.Clear();
        }
    }

    // One household or host has a whole IPv6 /64: its addresses count as one.
    private static IPAddress NetworkOf(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
