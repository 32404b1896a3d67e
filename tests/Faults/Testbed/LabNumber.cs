using System.Net.Sockets;

namespace Sheaf.Testbed;

/// <summary>
/// A number that one <see cref="NetworkLab"/> at a time has among all processes that share this network, 1 to 200. It is held by an abstract socket address:
/// that belongs to the network as the links do, and is free as soon as its process is gone, however it went.
/// </summary>
internal sealed class LabNumber : IDisposable
{
    private const int Last = 200;

    private readonly Socket _claim;

    private LabNumber(int value, Socket claim) => (Value, _claim) = (value, claim);

    public int Value { get; }

    /// <summary>The lowest that is free, so that what a killed process left is found by the next one.</summary>
    /// <exception cref="InvalidOperationException">All are taken.</exception>
    public static LabNumber Claim()
    {
        for (var number = 1; number <= Last; number++)
        {
            var claim = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                claim.Bind(new UnixDomainSocketEndPoint($"\0sheaf-network-{number}"));
                return new LabNumber(number, claim);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                claim.Dispose();
            }
        }

        throw new InvalidOperationException($"All {Last} numbers for networks of tests are taken by living processes: see 'ss -xa'.");
    }

    public void Dispose() => _claim.Dispose();
}
