using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Contracts.Grains;

/// <summary>What the silo that answers knows of its cluster, for processes that are no silo (key <see cref="Key"/>). On each silo that is asked.</summary>
[Alias("sheaf.IClusterLookGrain")]
public interface IClusterLookGrain : IGrainWithIntegerKey
{
    const long Key = 0;

    [Alias("Look"), ResponseTimeout("00:00:05")]
    Task<ClusterFacts> Look();
}
