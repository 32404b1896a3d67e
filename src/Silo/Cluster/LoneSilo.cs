namespace Sheaf.Silo.Cluster;

/// <summary>The directory of a silo that is alone.</summary>
internal sealed class LoneSilo : ISiloDirectory
{
    public SiloRecord? Self => null;

    public Task<IReadOnlyList<SiloRecord>> All(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SiloRecord>>([]);
}
