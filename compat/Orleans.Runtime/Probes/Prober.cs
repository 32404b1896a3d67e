using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService;

namespace Orleans.Runtime.Probes;

/// <summary>
/// Answers probes and sends them, on one thread of its own and over connections of their own: neither a busy thread pool nor a big message delays them, so a
/// silo that only computes is not taken for dead. Public members are thread-safe.
/// </summary>
internal sealed class Prober : IDisposable
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(1);

    // Later than this than it wanted to be, the thread takes itself for ill and forgives the others.
    private static readonly TimeSpan s_late = TimeSpan.FromMilliseconds(250);

    private readonly SiloSocket _socket;
    private readonly ProbeServer _server;
    private readonly ClusterMembershipOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _wake;
    private readonly Thread _thread;
    private readonly ConcurrentQueue<Action> _commands = new();
    private readonly List<ProbeTarget> _targets = [];
    private readonly long _start;
    private volatile bool _stopped;

    public Prober(
        SiloSocket socket, ILocalSiloDetails silo, IOptions<ClusterMembershipOptions> options, [FromKeyedServices(TimeProviderNames.Membership)] TimeProvider time, ILogger<Prober> logger)
    {
        _socket = socket;
        _server = new ProbeServer(socket, silo.SiloAddress.Generation);
        _options = options.Value;
        _time = time;
        _logger = logger;
        _start = time.GetTimestamp();
        _wake = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _thread = new Thread(Run) { Name = "Orleans probes", IsBackground = true, Priority = ThreadPriority.AboveNormal };
    }

    /// <summary>A silo has missed as many probes as the limit, or one more. Raised on the prober's thread: handlers return at once.</summary>
    public event Action<SiloAddress>? Suspected;

    /// <summary>The process has stood still for longer than a probe may take: what it knows of the cluster may be old.</summary>
    public event Action? Awoke;

    public ChannelReader<Socket> OtherConnections => _server.Others;

    private TimeSpan Now => _time.GetElapsedTime(_start);

    public void Start()
    {
        _socket.Listen();
        _wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _wake.Connect(_wake.LocalEndPoint!);
        _wake.Blocking = false;
        _thread.Start();
    }

    /// <summary>From now on probes these silos, and no others.</summary>
    public void Watch(IReadOnlyCollection<SiloAddress> silos) => Post(() =>
    {
        foreach (var gone in _targets.Where(t => t is { IsDone: false, IsAskedFor: false } && !silos.Contains(t.Silo)).ToList())
        {
            gone.Dispose();
            _targets.Remove(gone);
        }

        foreach (var silo in silos.Where(s => !_targets.Exists(t => !t.IsAskedFor && t.Silo.Equals(s))))
        {
            _targets.Add(new ProbeTarget(silo, new FailureDetector(_options.ProbeTimeout, _options.MaxProbeTimeout, _options.NumMissedProbesLimit)));
        }
    });

    /// <summary>One probe; false if it is missed.</summary>
    public Task<bool> Ask(SiloAddress silo)
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => _targets.Add(new ProbeTarget(silo, new FailureDetector(_options.ProbeTimeout, _options.MaxProbeTimeout, 1), answer)));
        if (_stopped)
        {
            answer.TrySetResult(false);
        }

        return answer.Task;
    }

    public void Dispose()
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
        {
            Close();
            return;
        }

        Wake();
        _thread.Join();
    }

    private void Post(Action command)
    {
        _commands.Enqueue(command);
        Wake();
    }

    private void Wake()
    {
        try
        {
            _wake.Send([0]);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Its buffer is full, so it wakes up anyway; or it has ended.
        }
    }

    private void Run()
    {
        try
        {
            var read = new List<Socket>();
            var write = new List<Socket>();
            var wakings = new byte[64];
            while (!_stopped)
            {
                while (_commands.TryDequeue(out var command))
                {
                    command();
                }

                Collect(read, write);
                var before = Now;
                var wait = WaitFrom(before);
                Socket.Select(read, write, null, wait);
                var now = Now;
                if (read.Remove(_wake))
                {
                    _wake.Receive(wakings, SocketFlags.None, out _);
                }

                if (now - before > wait + s_late)
                {
                    Late(now, now - before - wait);
                }

                read.ForEach(socket => Readable(socket, now));
                write.ForEach(socket => Judge(_targets.Find(t => ReferenceEquals(t.Socket, socket)), t => t.Connected(now)));
                foreach (var target in _targets.ToArray())
                {
                    Judge(target, t => t.Poll(now));
                }

                _targets.RemoveAll(t => t.IsDone);
            }
        }
        catch (Exception exception) when (!_stopped)
        {
            _logger.LogCritical(exception, "The thread that answers probes has failed: the other silos will take this one for dead.");
        }
        finally
        {
            Close();
        }
    }

    private void Collect(List<Socket> read, List<Socket> write)
    {
        read.Clear();
        write.Clear();
        read.Add(_wake);
        _server.AddTo(read);
        foreach (var target in _targets)
        {
            if (target.Socket is { } socket)
            {
                (target.IsConnecting ? write : read).Add(socket);
            }
        }
    }

    private TimeSpan WaitFrom(TimeSpan now)
    {
        var wait = s_longestWait;
        foreach (var target in _targets)
        {
            var due = target.Detector.Due - now;
            wait = due < wait ? due : wait;
        }

        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private void Late(TimeSpan now, TimeSpan by)
    {
        _logger.LogWarning("The thread that sends probes ran {Late} late: the machine is overloaded, or the process was stopped. Other silos get their time to answer again.", by);
        _targets.ForEach(t => t.Detector.Delayed(now));
        if (by > _options.ProbeTimeout)
        {
            Awoke?.Invoke();
        }
    }

    private void Readable(Socket socket, TimeSpan now)
    {
        if (_targets.Find(t => ReferenceEquals(t.Socket, socket)) is { } target)
        {
            Judge(target, t => t.Receive(now));
        }
        else
        {
            _server.Ready(socket);
        }
    }

    private void Judge(ProbeTarget? target, Func<ProbeTarget, bool> missed)
    {
        if (target is not null && missed(target) && !target.IsAskedFor)
        {
            _logger.LogDebug("{Silo} has missed {Count} probes.", target.Silo, target.Detector.Missed);
            if (target.Detector.IsSuspect)
            {
                Suspected?.Invoke(target.Silo);
            }
        }
    }

    private void Close()
    {
        while (_commands.TryDequeue(out var command))
        {
            command();
        }

        _targets.ForEach(t => t.Dispose());
        _targets.Clear();
        _server.Dispose();
        _socket.Dispose();
        _wake.Dispose();
    }
}
