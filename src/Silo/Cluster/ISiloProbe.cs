namespace Sheaf.Silo.Cluster;

internal interface ISiloProbe
{
    /// <summary>Whether that very silo, not a later one at its address, answers within a second.</summary>
    Task<bool> Answers(SiloRecord silo, CancellationToken cancellationToken);
}
