using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Workers;

/// <summary>The links between this silo's data plane and the others', as the announcer of devices keeps them. Thread-safe.</summary>
internal interface IDataLinks
{
    /// <summary>Where this silo's data plane listens, as IP:PORT; empty where there is one silo.</summary>
    string EndPoint { get; }

    /// <summary>Links to these silos and no others; this one may be among them.</summary>
    void Update(IReadOnlyList<SiloInfo> silos);
}
