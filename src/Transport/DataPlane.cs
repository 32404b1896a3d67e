using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Faults;
using Sheaf.Transport.Exchange;
using Sheaf.Transport.Links;
using Sheaf.Transport.StateTransfer;
using Sheaf.Transport.Wire;

namespace Sheaf.Transport;

/// <summary>
/// One silo's side of everything that travels between device threads: a listener, a link to each other silo, the exchanges of generations, and states on their
/// way to joiners. Knows no membership: it is told whom to link to and whom to exchange with. Thread-safe.
/// </summary>
public sealed class DataPlane : IAsyncDisposable
{
    private readonly DataPlaneOptions _options;
    private readonly IFaultInjector _faults;
    private readonly ControlLoop _loop;
    private readonly JoinedGenerations _joined = new();
    private readonly StateServer _states;
    private readonly Gatekeeper _gatekeeper;
    private Listener? _listener;
    private IPEndPoint? _endPoint;
    private ImmutableHashSet<string> _reachable = [];
    private int _disposed;

    public DataPlane(DataPlaneOptions options, TimeProvider time, IFaultInjector faults)
    {
        (_options, _faults) = (options, faults);
        _loop = new(
            "sheaf-data-plane",
            options.Links.Heartbeat,
            time,
            e => options.Log?.Invoke($"the data plane's loop goes on after {e.GetType().Name}: {e.Message}"));
        _states = new(options, Counters);
        _gatekeeper = new(_loop, options, Counters, _joined, _states);
    }

    /// <summary>
    /// A link that once completed its handshake is lost: silo, how. Raised on the thread pool, once for each loss; final ones (all but <see
    /// cref="LinkLoss.Silent"/>) once for each <see cref="Connect"/>.
    /// </summary>
    public event Action<string, LinkLoss>? Lost;

    public DataPlaneCounters Counters { get; } = new();

    public string Silo => _options.Silo;

    /// <summary>Where it listens; after <see cref="StartAsync"/>.</summary>
    public IPEndPoint EndPoint => _endPoint ?? throw new InvalidOperationException("The data plane does not listen yet; call StartAsync first.");

    /// <summary>The silos whose links have answered lately. A snapshot.</summary>
    public IReadOnlyCollection<string> Reachable => Volatile.Read(ref _reachable);

    /// <summary>Listens.</summary>
    /// <exception cref="SocketException">The endpoint is taken or not this machine's.</exception>
    public Task StartAsync()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _listener = new(_loop, _options, _gatekeeper, Counters);
        _endPoint = _listener.EndPoint;
        _loop.Post(() => _loop.Add(_listener));
        _loop.Start();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Holds a link to another silo from now on. Again for the same silo: nothing, unless its link was lost for good or the endpoint differs.
    /// </summary>
    public void Connect(string silo, IPEndPoint endPoint) => _loop.Post(() =>
    {
        if (LinkTo(silo) is { } link)
        {
            if (link.EndPoint.Equals(endPoint))
            {
                return;
            }

            link.Close();
        }

        var made = new LinkOut(_loop, _options, silo, endPoint, LinkLost, LinksChanged);
        _loop.Add(made);
        made.Begin();
    });

    /// <summary>Ends the link; nothing is raised for it any more.</summary>
    public void Forget(string silo) => _loop.Post(() => LinkTo(silo)?.Close());

    /// <summary>
    /// Begins this silo's side of a generation: connections to the others are made in the background, and an older generation of the same experiment ends. The
    /// exchange is the caller's to dispose.
    /// </summary>
    /// <exception cref="InvalidOperationException">The generation, or a higher one, was joined before.</exception>
    public PeerExchange Join(PeerPlan plan)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (plan.Silo != _options.Silo)
        {
            throw new ArgumentException($"The plan is silo {plan.Silo}'s; this is silo {_options.Silo}.");
        }

        _joined.Add(plan, () => new(plan, _options.Links.Spins, Counters, _faults, _joined.Remove), out var exchange, out var older);
        foreach (var old in older)
        {
            old.End(new ReductionAbortedException($"generation {plan.Generation} of experiment {plan.ExperimentId} has begun on silo {_options.Silo}"));
        }

        _loop.Post(() =>
        {
            _gatekeeper.Joined(exchange);
            for (var member = plan.Me + 1; member < plan.Members.Count; member++)
            {
                Dial(exchange, member);
            }
        });
        return exchange;
    }

    /// <summary>Fetches the state before <paramref name="step"/> from another silo; every byte is verified.</summary>
    /// <exception cref="StateTransferException">It does not have it, is gone, or what came is torn or altered.</exception>
    public Task<CheckpointSnapshot> FetchState(string silo, IPEndPoint endPoint, string experimentId, long step, CancellationToken cancellationToken) =>
        StateClient.Fetch(_options, Counters, silo, endPoint, experimentId, step, cancellationToken);

    /// <summary>Says goodbye to everyone, ends every exchange, and stops listening. Close it late in a silo's shutdown.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        foreach (var exchange in _joined.All())
        {
            exchange.End(new ReductionAbortedException($"silo {_options.Silo} shuts down"));
        }

        _loop.Post(() =>
        {
            foreach (var link in _loop.All<LinkIn>().ToArray())
            {
                link.SayGoodbye();
            }
        });
        _loop.Dispose();
        _listener?.Close();
        await _states.DisposeAsync();
    }

    private LinkOut? LinkTo(string silo) => _loop.All<LinkOut>().FirstOrDefault(link => link.Silo == silo);

    private void LinkLost(LinkOut link, LinkLoss loss, string why)
    {
        _options.Log?.Invoke($"the link to silo {link.Silo} is lost ({loss}): {why}");
        var handlers = Lost;
        if (handlers is not null)
        {
            ThreadPool.QueueUserWorkItem(static call => call.handlers(call.Silo, call.loss), (handlers, link.Silo, loss), preferLocal: false);
        }
    }

    private void LinksChanged()
    {
        ImmutableHashSet<string> now = [.. _loop.All<LinkOut>().Where(link => link.IsReachable).Select(link => link.Silo)];
        Volatile.Write(ref _reachable, now);
        Counters.SetLinksUp(now.Count);
    }

    private void Dial(PeerExchange exchange, int member)
    {
        if (exchange.HasEnded)
        {
            return;
        }

        var (plan, to) = (exchange.Plan, exchange.Plan.Members[member]);
        var hello = new Handshake(HandshakePurpose.Exchange, _options.ClusterId, _options.Silo, to.Silo, plan.ExperimentId, plan.Generation, plan.Digest);
        var dial = new Dial(_loop, _options, to.EndPoint, hello, null, socket => BulkSocket.Prepare(socket, _options))
        {
            Welcomed = socket =>
            {
                if (!exchange.Attach(member, socket))
                {
                    socket.Dispose();
                }
            },
            Refused = answer =>
            {
                if (answer.Reason == RefusalReason.NotJoined)
                {
                    _loop.Add(new Later(() => Dial(exchange, member)));
                    return;
                }

                exchange.End(answer.Reason == RefusalReason.Incarnation
                    ? new PeerLostException(to.Silo, $"silo {to.Silo} is gone: silo {answer.Silo} answers at {to.EndPoint}")
                    : new FrameRefusedException(
                        to.Silo, answer.Reason, $"silo {to.Silo} refused generation {plan.Generation} ({answer.Reason}): {answer.Message}"));
            },
            Failed = error =>
            {
                // A time-out or a lost route may pass: the coordinator decides how long to wait. Nobody listening does not.
                if (error is SocketError.ConnectionRefused or SocketError.ConnectionReset)
                {
                    exchange.End(new PeerLostException(to.Silo, $"silo {to.Silo} cannot be reached at {to.EndPoint}: {error}"));
                }
                else
                {
                    _loop.Add(new Later(() => Dial(exchange, member)));
                }
            },
            IsVain = () => exchange.HasEnded,
        };
        _loop.Add(dial);
        dial.Begin();
    }
}
