using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization.Wire;

namespace Orleans.Runtime.Links;

/// <summary>The links from this silo to the others, made when they are first used. Thread-safe.</summary>
internal sealed class SiloLinks(
    ILocalSiloDetails silo,
    IOptions<ClusterOptions> cluster,
    IOptions<SiloMessagingOptions> messaging,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<SiloLinks> logger) : IDisposable
{
    private readonly ConcurrentDictionary<SiloAddress, Lazy<SiloLink>> _links = new();
    private readonly ConcurrentDictionary<SiloAddress, bool> _dead = new();
    private volatile bool _stopped;

    /// <summary>Set before anything is sent.</summary>
    public ILinkReceiver Receiver { get; set; } = null!;

    public void Send(SiloAddress target, Frame frame)
    {
        if (_stopped || _dead.ContainsKey(target))
        {
            frame.Release();
            if (frame.Request is { } request)
            {
                Receiver.Undeliverable(request, _stopped ? "this silo has stopped" : "it has been declared dead", null);
            }

            return;
        }

        _links.GetOrAdd(target, static (t, self) => new Lazy<SiloLink>(() => self.Open(t)), this).Value.Send(frame);
        if (_dead.ContainsKey(target))
        {
            Close(target);
        }
    }

    public void Send<TState>(SiloAddress target, FrameKind kind, TState state, Action<WireWriter, TState> write) => Send(target, Frame.Create(kind, state, write));

    /// <summary>For good: the silo has been declared dead.</summary>
    public void Close(SiloAddress target)
    {
        _dead[target] = true;
        if (_links.TryRemove(target, out var link))
        {
            link.Value.Dispose();
        }
    }

    public void Dispose()
    {
        _stopped = true;
        foreach (var target in _links.Keys)
        {
            Close(target);
        }
    }

    private SiloLink Open(SiloAddress target) =>
        new(new Handshake(cluster.Value.ClusterId, cluster.Value.ServiceId, silo.SiloAddress, target), Receiver, messaging.Value, time, logger);
}
