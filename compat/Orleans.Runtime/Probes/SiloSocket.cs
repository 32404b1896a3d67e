using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime.Probes;

/// <summary>The socket on which the silo listens: for probes and, handed on, for the links of other silos.</summary>
internal sealed class SiloSocket : IDisposable
{
    public SiloSocket(IOptions<EndpointOptions> options, ILocalSiloDetails silo)
    {
        var endpoint = options.Value.SiloListeningEndpoint ?? silo.SiloAddress.Endpoint;
        Socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        Endpoint = endpoint;
    }

    /// <param name="bound">Bound already, as a test does that must know a free port.</param>
    public SiloSocket(Socket bound)
    {
        Socket = bound;
        Endpoint = (IPEndPoint)bound.LocalEndPoint!;
    }

    public Socket Socket { get; }

    public IPEndPoint Endpoint { get; }

    public void Listen()
    {
        try
        {
            if (!Socket.IsBound)
            {
                Socket.Bind(Endpoint);
            }

            Socket.Listen(512);
            Socket.Blocking = false;
        }
        catch (SocketException exception)
        {
            throw new OrleansException(
                $"The silo cannot listen on {Endpoint} ({exception.SocketErrorCode}): every silo needs an endpoint of its own (ConfigureEndpoints, EndpointOptions). Stop what listens there or choose another port.", exception);
        }
    }

    public void Dispose() => Socket.Dispose();
}
