using Sheaf.Surroundings.Options;

namespace Sheaf.Silo.Options;

/// <summary>How devices are offered and given.</summary>
public sealed record DevicePoolOptions
{
    [Option("Between two announcements of a silo's devices", Least = "100ms", Most = "1m")]
    public TimeSpan AnnounceEvery { get; init; } = TimeSpan.FromSeconds(2);

    [Option("Between two looks of the pool at what waits and who leaves", Least = "100ms", Most = "1m")]
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(1);

    [Option("Looks after which the pool asks again which experiments there are", Least = "1", Most = "10000")]
    public int ListEvery { get; init; } = 10;

    [Option("How long a pool that begins anew waits for coordinators to say which devices they have", Least = "100ms", Most = "10m")]
    public TimeSpan GrantsWithin { get; init; } = TimeSpan.FromSeconds(10);
}
