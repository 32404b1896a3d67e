using Sheaf.Contracts.Grains.Messages;
using Sheaf.Specs;

namespace Sheaf.Silo.Coordination;

/// <summary>What a worker is given to begin with. Pure.</summary>
internal static class Assignments
{
    public static Assignment Of(RunRecord run, WorkerPlace worker, StateOrigin from, ReductionKind reduction) => new()
    {
        ExperimentId = run.Id,
        Generation = run.Generation,
        Worker = worker.Number,
        Workers = run.Workers,
        SpecYaml = run.SpecYaml,
        BasePath = run.BasePath,
        Dataset = run.Dataset,
        From = from,
        Reduction = reduction,
    };
}
