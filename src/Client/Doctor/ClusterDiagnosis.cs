using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Doctor;

/// <summary>What is wrong with a cluster, from what one of its servers says of all silos.</summary>
internal static class ClusterDiagnosis
{
    /// <param name="cluster">All silos.</param>
    /// <param name="experiments">All experiments.</param>
    /// <param name="sheaf">The program's name, for commands.</param>
    public static IEnumerable<Finding> Of(ClusterDescription cluster, IReadOnlyList<ExperimentSummary> experiments, string sheaf)
    {
        if (cluster.Silos.Count == 0)
        {
            yield return Finding.Wrong("cluster", "no silo is in it", $"{sheaf} silo, or {sheaf} cluster up");
            yield break;
        }

        foreach (var silo in cluster.Silos)
        {
            foreach (var finding in Silo(silo))
            {
                yield return finding;
            }
        }

        foreach (var finding in Alike(cluster))
        {
            yield return finding;
        }

        var active = cluster.Silos.Where(silo => silo.Status == "active").ToList();
        if (active.Count == 1 && cluster.Silos.Count > 1)
        {
            yield return Finding.Warning("cluster", "one silo is active: its loss costs the steps since the last checkpoint", "start the others again");
        }

        var unfinished = experiments.Where(each => each.State is not (State.Completed or State.Failed or State.Cancelled)).ToList();
        foreach (var experiment in unfinished.Where(each => each.Troubles.Count > 0))
        {
            yield return Finding.Warning(experiment.Id, string.Join(" ", experiment.Troubles), $"{sheaf} why {experiment.Id}");
        }

        yield return Finding.Ok("experiments", $"{unfinished.Count} of {experiments.Count} are unfinished");
    }

    private static IEnumerable<Finding> Silo(Silo silo)
    {
        var name = $"silo {silo.Name}";
        if (silo.Status is not ("active" or "draining" or "drained"))
        {
            yield return Finding.Warning(name, $"is {silo.Status}", "start it again, or wait until it has started");
            yield break;
        }

        foreach (var trouble in silo.Troubles)
        {
            yield return Finding.Wrong(name, trouble, "mend what it names; the silo goes on by itself then");
        }

        if (silo.Status == "active" && silo.Devices.Count == 0)
        {
            yield return Finding.Warning(name, "offers no device", "its log says why, if that lasts");
        }
        else if (silo.Troubles.Count == 0)
        {
            yield return Finding.Ok(name, $"{silo.Status}, {Format.Count(silo.Devices.Count, "device")}");
        }
    }

    private static IEnumerable<Finding> Alike(ClusterDescription cluster)
    {
        foreach (var (what, of, consequence) in new (string, Func<Silo, string>, string)[]
        {
            ("version", silo => silo.Version, "an upgrade that is under way; experiments go on, one silo after the other"),
            ("fingerprint", silo => silo.Fingerprint, "an experiment takes silos of one kind only, unless its spec says bits: relaxed"),
        })
        {
            var kinds = cluster.Silos.Where(silo => of(silo).Length > 0).GroupBy(of, StringComparer.Ordinal).OrderByDescending(kind => kind.Count()).ToList();
            if (kinds.Count > 1)
            {
                var shown = string.Join("; ", kinds.Select(kind => $"{kind.Key} ({string.Join(", ", kind.Select(silo => silo.Name))})"));
                yield return Finding.Warning(what, $"the silos differ: {shown}", consequence);
            }
        }
    }
}
