using System.Net.Sockets;
using Sheaf.Training.Collectives;
using Sheaf.Training.Faults;
using Sheaf.Transport.Links;

namespace Sheaf.Transport.Exchange;

/// <summary>
/// The reduction <c>peer</c>: this silo's side of one generation. The device thread that calls <see cref="Exchange"/> sends and receives itself; no other
/// thread is on the way of the bytes. After the first failure every call fails: the generation is over. <see cref="Dispose"/> from any thread.
/// </summary>
public sealed class PeerExchange : IExchange, IDisposable
{
    private readonly PeerPlan _plan;
    private readonly DataPlaneCounters _counters;
    private readonly IFaultInjector _faults;
    private readonly Action<PeerExchange> _left;
    private readonly PeerCollective _collective;
    private readonly PeerChannel?[] _channels;
    private readonly int _spins;
    private readonly int _wake;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerRounds _rounds = new([], 0);
    private CancellationToken _watched;
    private CancellationTokenRegistration _watching;
    private ReductionAbortedException? _ended;
    private int _missing;
    private int _users = 1;
    private bool _disposed;

    internal PeerExchange(PeerPlan plan, int spins, DataPlaneCounters counters, IFaultInjector faults, Action<PeerExchange> left)
    {
        (_plan, _counters, _faults, _left) = (plan, counters, faults, left);
        _collective = new(plan, counters);
        _channels = new PeerChannel?[plan.Members.Count];
        _missing = plan.Members.Count - 1;
        var mine = plan.Members[plan.Me].EndPoint.Address;
        _spins = plan.Members.Count(member => member.EndPoint.Address.Equals(mine)) <= Environment.ProcessorCount ? spins : 0;
        _wake = Posix.CreateEvent();
        if (_missing == 0)
        {
            _connected.SetResult();
        }
    }

    public PeerPlan Plan => _plan;

    /// <summary>Completes when every silo of the generation is connected, or the exchange has ended.</summary>
    public Task Connected => _connected.Task;

    /// <summary>The other silos to which there is no connection yet.</summary>
    public IReadOnlyList<string> Missing
    {
        get
        {
            lock (_gate)
            {
                return [.. _plan.Members.Where((_, member) => member != _plan.Me && _channels[member] is null).Select(member => member.Silo)];
            }
        }
    }

    internal bool HasEnded => Volatile.Read(ref _ended) is not null;

    /// <inheritdoc/>
    /// <exception cref="PeerLostException">A silo's connection closed.</exception>
    /// <exception cref="FrameRefusedException">A silo sent what it may not send.</exception>
    public void Exchange(ExchangeKey key, IReadOnlyList<GradientPart> parts, Span<float> total, CancellationToken cancellationToken)
    {
        Check(key, parts, total.Length);
        Enter();
        try
        {
            Watch(cancellationToken);
            Connected.Wait(CancellationToken.None);
            ThrowIfEnded();
            if (key.Kind == CollectiveKind.Gradient)
            {
                _faults.Hit(FaultPoint.WhileSending, _plan.Worker, key.Step);
            }

            Run(key, parts, total);
        }
        catch (Exception e)
        {
            // The first reason stays; the others learn it from a goodbye where the connection allows.
            End(e as ReductionAbortedException ?? new ReductionAbortedException(e.Message, e));
            _rounds.SayGoodbye(_ended!.Message, _plan.Generation);
            ThrowIfEnded();
            throw;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Leaves the generation. A device thread that is in <see cref="Exchange"/> comes back at once, with a <see cref="ReductionAbortedException"/>.
    /// </summary>
    public void Dispose()
    {
        CancellationTokenRegistration watching;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            watching = _watching;
        }

        watching.Dispose();
        End(new ReductionAbortedException($"silo {_plan.Silo} has left generation {_plan.Generation} of experiment {_plan.ExperimentId}"));
        _left(this);
        Leave();
    }

    /// <summary>Takes a connection whose handshake is complete. False, and the caller closes it, where the exchange has ended or has one.</summary>
    internal bool Attach(int member, Socket socket)
    {
        lock (_gate)
        {
            if (_ended is not null || _disposed || _channels[member] is not null)
            {
                return false;
            }

            _channels[member] = new(member, _plan.Members[member].Silo, socket, _counters);
            if (--_missing == 0)
            {
                _rounds = new([.. _channels.OfType<PeerChannel>()], _wake);
                _connected.TrySetResult();
            }

            return true;
        }
    }

    /// <summary>Ends the exchange; the first reason stays. Wakes the device thread.</summary>
    internal void End(ReductionAbortedException reason)
    {
        lock (_gate)
        {
            if (_ended is null)
            {
                _ended = reason;
                Posix.Signal(_wake);
            }
        }

        _connected.TrySetResult();
    }

    private unsafe void Run(ExchangeKey key, IReadOnlyList<GradientPart> parts, Span<float> total)
    {
        fixed (float* start = total)
        {
            _collective.Begin(key, parts, start, total.Length);
            try
            {
                for (var idle = 0; ;)
                {
                    var moved = _rounds.Move(_collective, out var done);
                    if (done)
                    {
                        return;
                    }

                    ThrowIfEnded();
                    if (moved)
                    {
                        idle = 0;
                    }
                    else if (idle++ >= _spins)
                    {
                        // Only after a round without any progress: what a round leaves behind may be in a buffer of ours, which no descriptor tells.
                        _rounds.Wait(_collective);
                        idle = 0;
                    }
                }
            }
            finally
            {
                _collective.End();
            }
        }
    }

    private void Check(ExchangeKey key, IReadOnlyList<GradientPart> parts, int length)
    {
        if (key.Generation != _plan.Generation)
        {
            throw new ReductionAbortedException($"this exchange is of generation {_plan.Generation}; it was called for generation {key.Generation}");
        }

        var mine = _plan.Parts[_plan.Me];
        var fits = parts.Count == mine.Count && (key.Kind != CollectiveKind.Gradient || length == _plan.Length);
        for (var part = 0; fits && part < parts.Count; part++)
        {
            fits = parts[part].Range == mine[part] && parts[part].Sum.Length == length;
        }

        if (!fits)
        {
            throw new ArgumentException(
                $"Silo {_plan.Silo} gave {string.Join(", ", parts.Select(p => $"{p.Range} with {p.Sum.Length} floats"))} for a total of {length}; "
                + $"its plan has {string.Join(", ", mine)}, and gradients of {_plan.Length} floats.");
        }
    }

    /// <summary>One registration for all collectives of a generation: callers pass the same token every time.</summary>
    private void Watch(CancellationToken token)
    {
        if (token == _watched)
        {
            return;
        }

        _watching.Dispose();
        _watched = token;
        var watching = token.UnsafeRegister(
            static exchange => ((PeerExchange)exchange!).End(new ReductionAbortedException("the collective was cancelled")), this);
        lock (_gate)
        {
            _watching = watching;
        }
    }

    private void ThrowIfEnded()
    {
        if (Volatile.Read(ref _ended) is { } ended)
        {
            throw ended;
        }
    }

    private void Enter()
    {
        lock (_gate)
        {
            ThrowIfEnded();
            _users++;
        }
    }

    /// <summary>The last one out frees everything: never under a thread that still uses it.</summary>
    private void Leave()
    {
        lock (_gate)
        {
            if (--_users > 0)
            {
                return;
            }
        }

        foreach (var channel in _channels)
        {
            channel?.SayGoodbye(_ended!.Message, _plan.Generation);
            channel?.Dispose();
        }

        _collective.Dispose();
        Posix.Close(_wake);
    }
}
