using Sheaf.Surroundings.Options;

namespace Sheaf.Api.Options;

/// <summary>How patient the API of a silo or a gateway is, and how much it takes.</summary>
public sealed record ApiOptions
{
    [Option("How long a coordinator may take to say how its experiment is; then what it said last is shown", Least = "100ms", Most = "1m")]
    public TimeSpan CoordinatorWithin { get; init; } = TimeSpan.FromSeconds(1);

    [Option("How long the device pool may take to say which silos there are", Least = "100ms", Most = "1m")]
    public TimeSpan PoolWithin { get; init; } = TimeSpan.FromSeconds(2);

    [Option("How long a call waits for a store that is away, before it fails", Least = "0ms", Most = "10m")]
    public TimeSpan StoreWithin { get; init; } = TimeSpan.FromSeconds(5);

    [Option("Between two tries meanwhile", Least = "10ms", Most = "1m")]
    public TimeSpan StoreAgain { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>In bytes.</summary>
    [Option("A package of users' code, at most", Kind = OptionKind.Mebibytes, Least = "1", Most = "1024")]
    [Below("api-max-unpacked", "a package is compressed", OrEqual = true)]
    public long MaxPackage { get; init; } = 32L << 20;

    /// <summary>In bytes. More would hold what a package was made to hide.</summary>
    [Option("The files of such a package, unpacked, at most", Kind = OptionKind.Mebibytes, Least = "1", Most = "65536")]
    public long MaxUnpacked { get; init; } = 256L << 20;

    /// <summary>In bytes.</summary>
    [Option("An answer of another server of the cluster, at most", Kind = OptionKind.Mebibytes, Least = "1", Most = "2047")]
    public long MaxAnswer { get; init; } = 64L << 20;
}
