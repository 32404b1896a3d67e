using System.Net.Sockets;
using Orleans.Runtime.MembershipService;

namespace Orleans.Runtime.Probes;

/// <summary>One silo that is probed, over a connection kept open between probes. Used by the prober's thread only.</summary>
/// <param name="once">Completed with the first answer or miss, for a probe that is asked for by hand.</param>
internal sealed class ProbeTarget(SiloAddress silo, FailureDetector detector, TaskCompletionSource<bool>? once = null) : IDisposable
{
    private ProbeConnection? _connection;
    private bool _answered;

    public SiloAddress Silo { get; } = silo;

    public FailureDetector Detector { get; } = detector;

    public Socket? Socket => _connection?.Socket;

    public bool IsConnecting { get; private set; }

    public bool IsAskedFor => once is not null;

    public bool IsDone => once is { Task.IsCompleted: true };

    /// <summary>Does what is due. True: a probe was missed.</summary>
    public bool Poll(TimeSpan now)
    {
        switch (Detector.Poll(now))
        {
            case FailureDetector.Step.Probe:
                return _connection is null ? Connect(now) : !IsConnecting && Send(now);
            case FailureDetector.Step.Missed:
                Close();
                once?.TrySetResult(false);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The connection has been made, or could not be. True: a probe was missed.</summary>
    public bool Connected(TimeSpan now)
    {
        IsConnecting = false;
        return (int)Socket!.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! == 0 ? Send(now) : Refuse(now);
    }

    /// <summary>Something has arrived. True: a probe was missed.</summary>
    public bool Receive(TimeSpan now)
    {
        var other = false;
        if (_connection!.TryReceive((generation, sequence) =>
        {
            if (generation != Silo.Generation)
            {
                other = true;
                return false;
            }

            _answered = true;
            Detector.Answered(sequence);
            once?.TrySetResult(true);
            return true;
        }))
        {
            return false;
        }

        if (other || !_answered)
        {
            return Refuse(now);
        }

        Close();
        Detector.Disconnected(now);
        return false;
    }

    public void Dispose()
    {
        Close();
        once?.TrySetResult(false);
    }

    private bool Connect(TimeSpan now)
    {
        _answered = false;
        var endpoint = Silo.Endpoint;
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, Blocking = false };
        _connection = new ProbeConnection(socket);
        try
        {
            socket.Connect(endpoint);
            return Send(now);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            IsConnecting = true;
            return false;
        }
        catch (SocketException)
        {
            return Refuse(now);
        }
    }

    private bool Send(TimeSpan now)
    {
        if (_connection!.TrySend(Silo.Generation, Detector.Sequence))
        {
            return false;
        }

        if (!_answered)
        {
            return Refuse(now);
        }

        Close();
        Detector.Disconnected(now);
        return false;
    }

    private bool Refuse(TimeSpan now)
    {
        Close();
        Detector.Refused(now);
        once?.TrySetResult(false);
        return true;
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
        IsConnecting = false;
    }
}
