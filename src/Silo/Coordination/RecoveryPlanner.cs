using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>How a generation begins: decided from what the silos of a run say that they kept. Pure.</summary>
public static class RecoveryPlanner
{
    /// <param name="generation">The one that asks.</param>
    /// <param name="members">Addresses of its silos, the one with the lowest worker first.</param>
    /// <param name="sources">Addresses of silos that are no members any more, but may have kept state.</param>
    /// <param name="answers">By address; a silo that is not in it did not answer.</param>
    /// <param name="dead">Whether the cluster has declared a silo dead.</param>
    /// <param name="mesh">Whether members must reach each other's data plane.</param>
    /// <param name="checkpoint">Step of the newest checkpoint; 0 where there is none.</param>
    /// <param name="ledgerHash">The gradient hash of a step that the ledger has; null where it has none.</param>
    public static RecoveryPlan Of(
        long generation,
        IReadOnlyList<string> members,
        IReadOnlyList<string> sources,
        IReadOnlyDictionary<string, KeptState> answers,
        Func<string, bool> dead,
        bool mesh,
        long checkpoint,
        Func<long, ulong?> ledgerHash)
    {
        if (answers.Values.Where(answer => answer.Generation > generation).Select(answer => answer.Generation).DefaultIfEmpty().Max() is > 0 and var higher)
        {
            return new RecoveryPlan.Outrun(higher);
        }

        var gone = members.Where(dead).ToArray();
        var silent = members.Concat(sources).Where(silo => !dead(silo) && !answers.ContainsKey(silo)).ToArray();
        var anyState = answers.Values.Any(answer => answer.Step is not null);
        if (silent.Length > 0 && !anyState)
        {
            return new RecoveryPlan.Wait(
                $"{string.Join(", ", silent)} may have the state and cannot be reached; it is waited for until it answers or the cluster declares it dead");
        }

        var stuck = answers.Values.SelectMany(answer => answer.Stuck.Select(worker => (answer.SiloAddress, worker))).ToArray();
        var lost = gone.Concat(silent.Intersect(members)).ToArray();
        if (lost.Length > 0 || stuck.Length > 0)
        {
            return new RecoveryPlan.Without(lost, stuck, Reason(gone, silent.Intersect(members), stuck));
        }

        if (mesh)
        {
            var connected = ConnectedSet.Largest(members, (a, b) => answers[a].Reachable.Contains(b) && answers[b].Reachable.Contains(a));
            if (connected.Count < members.Count)
            {
                var cut = members.Except(connected).ToArray();
                return new RecoveryPlan.Without(cut, [], $"{string.Join(", ", cut)} cannot be reached by {string.Join(", ", connected)}");
            }
        }

        return Origin(answers.Values, checkpoint, ledgerHash);
    }

    /// <summary>
    /// The furthest state that nothing speaks against. Where two of the same step differ, the one that the ledger has wins, otherwise neither.
    /// </summary>
    private static RecoveryPlan Origin(IEnumerable<KeptState> answers, long checkpoint, Func<long, ulong?> ledgerHash)
    {
        string? distrusted = null;
        foreach (var states in answers.Where(answer => answer.Step is not null).GroupBy(answer => answer.Step!.Value).OrderByDescending(group => group.Key))
        {
            if (states.Key < checkpoint)
            {
                break;
            }

            var told = states.Select(state => (state.SiloAddress, Hash: HashOf(state))).ToArray();
            var known = told.Select(state => state.Hash).OfType<ulong>().Distinct().ToArray();
            var truth = ledgerHash(states.Key - 1) ?? (known.Length == 1 ? known[0] : null);
            if (known.Length > 1 && truth is null)
            {
                distrusted ??= $"the silos {Addresses(told)} kept different states before step {states.Key}, and the ledger has no word on it";
                continue;
            }

            var trusted = told.Where(state => state.Hash is null || truth is null || state.Hash == truth).Select(state => state.SiloAddress).ToArray();
            if (trusted.Length > 0)
            {
                return new RecoveryPlan.FromMemory(states.Key, trusted);
            }

            distrusted ??= $"the state before step {states.Key} of {Addresses(told)} was not made by the gradient that the ledger has";
        }

        return new RecoveryPlan.FromCheckpoint(distrusted);
    }

    private static string Addresses(IEnumerable<(string SiloAddress, ulong? Hash)> states) => string.Join(", ", states.Select(state => state.SiloAddress));

    /// <summary>Null where the silo's state came from elsewhere and no step was applied since, or the record is not needed any more.</summary>
    private static ulong? HashOf(KeptState state) => state.Records.LastOrDefault(record => record.Step == state.Step - 1)?.GradientHash;

    private static string Reason(IEnumerable<string> dead, IEnumerable<string> silent, IEnumerable<(string Silo, int Worker)> stuck) => string.Join("; ", dead
        .Select(silo => $"silo {silo} died")
        .Concat(silent.Select(silo => $"silo {silo} does not answer"))
        .Concat(stuck.Select(worker => $"worker {worker.Worker} on silo {worker.Silo} hangs")));
}
