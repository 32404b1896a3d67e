using Npgsql;
using Sheaf.Api.Cluster;
using Sheaf.Surroundings;

namespace Sheaf.Silo.Cluster;

/// <summary>
/// What is checked before a silo joins a cluster. A refusal changes nothing; passing takes the database for the cluster at its first use, and the silo's name.
/// </summary>
internal static class ClusterGate
{
    /// <returns>The hold on the silo's name.</returns>
    /// <exception cref="ClusterRefusedException">Says why and what to do.</exception>
    public static async Task<NameHold> Pass(
        ClusterStore store, SiloOptions options, ISiloProbe probe, CertificateGate certificates, TimeProvider time,
            CancellationToken cancellationToken = default)
    {
        try
        {
            await CheckSchema(store, cancellationToken);
            await CheckOwner(store, options.ClusterId, await store.Owner(cancellationToken));
            var hold = await TakeName(store, options, time, cancellationToken);
            try
            {
                await CheckPredecessor(store, options.Name, probe, cancellationToken);
                await certificates.Pass(await store.Silos(cancellationToken), cancellationToken);
                await CheckOwner(store, options.ClusterId, await store.Claim(options.ClusterId, cancellationToken));
                return hold;
            }
            catch
            {
                await hold.DisposeAsync();
                throw;
            }
        }
        catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new ClusterRefusedException($"The cluster's {store.Shown} cannot be used: {Reason(e)} Start it, or correct --cluster (or SHEAF_CLUSTER).", e);
        }
    }

    private static async Task CheckSchema(ClusterStore store, CancellationToken cancellationToken)
    {
        var missing = await store.MissingTables(cancellationToken);
        if (missing.Count > 0)
        {
            var which = missing.Count == ClusterSchema.Tables.Count ? "has no tables of Sheaf" : $"lacks {string.Join(", ", missing)}";
            throw new ClusterRefusedException($"The cluster's {store.Shown} {which}. {ClusterSchema.HowToApply}");
        }

        var version = await store.SchemaVersion(cancellationToken);
        if (version < ClusterSchema.Version)
        {
            throw new ClusterRefusedException(
                $"The tables in the cluster's {store.Shown} have version {version}, this silo needs {ClusterSchema.Version}. {ClusterSchema.HowToApply}");
        }

        if (version > ClusterSchema.Version)
        {
            throw new ClusterRefusedException(
                $"The tables in the cluster's {store.Shown} have version {version}, this silo knows {ClusterSchema.Version}: it is older than the cluster. "
                    + "Start the version of Sheaf that the other silos have.");
        }
    }

    private static Task CheckOwner(ClusterStore store, string clusterId, string? owner) => owner is null || owner == clusterId
        ? Task.CompletedTask
        : throw new ClusterRefusedException(
            $"The {store.Shown} belongs to the cluster '{owner}', this silo to '{clusterId}'. One database holds one cluster: "
                + $"give this one a database of its own, or say --cluster-id {owner}.");

    /// <summary>A silo that was killed holds its name until the database has seen its connection close.</summary>
    private static async Task<NameHold> TakeName(ClusterStore store, SiloOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        // Nobody tells when a name becomes free, so the store is asked again.
        return await Retries.Steady(time, options.Membership.NameWithin, options.Membership.NameEvery, e => e is ClusterRefusedException)
            .ExecuteAsync(async token => await NameHold.Take(store, options.Name, token)
                ?? throw await NameIsTaken(store, options.Name, token), cancellationToken);
    }

    /// <summary>The lock is lost for a moment when the database restarts; the one who had it may be alive.</summary>
    private static async Task CheckPredecessor(ClusterStore store, string name, ISiloProbe probe, CancellationToken cancellationToken)
    {
        if ((await store.Silos(cancellationToken)).FirstOrDefault(silo => silo.Name == name) is { } before && await probe.Answers(before, cancellationToken))
        {
            throw await NameIsTaken(store, name, cancellationToken);
        }
    }

    private static async Task<ClusterRefusedException> NameIsTaken(ClusterStore store, string name, CancellationToken cancellationToken)
    {
        var other = (await store.Silos(cancellationToken)).FirstOrDefault(silo => silo.Name == name);
        var who = other is null ? "is just starting" : $"is process {other.Pid} on {other.Host}, {other.Address.Endpoint}";
        return new($"The cluster has a silo named '{name}' that is alive: it {who}. Give this one another name with --name, or stop that one first.");
    }

    /// <summary>The server's or the network's word, which has no password in it.</summary>
    private static string Reason(Exception e)
    {
        var text = e is PostgresException postgres
            ? postgres.MessageText
            : (e.InnerException is { } inner and not PostgresException ? $"{e.Message} ({inner.Message})" : e.Message);
        return text.EndsWith('.') || text.EndsWith(')') ? text + (text.EndsWith(')') ? "." : "") : text + ".";
    }
}
