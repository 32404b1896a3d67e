using Grpc.Core;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Datasets;
using Sheaf.Silo.Definitions;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Audits;

/// <summary>A run's spec and data, read again on this silo and found to be those of its submission.</summary>
internal sealed record RunMaterial(ExperimentView View, ExperimentSpec Spec, RunPlan Plan, DataBundle Data)
{
    /// <exception cref="RpcException">FAILED_PRECONDITION: what the run was made from is not there any more, or has changed.</exception>
    public static async Task<RunMaterial> Load(ExperimentView view, IGrainFactory grains, DatasetCache datasets, CancellationToken cancellationToken)
    {
        var run = view.Run;
        var definition = await Definition(view, grains);
        try
        {
            var data = await datasets.Load(view.SpecYaml, run.BasePath, definition.Spec, definition.Facts, cancellationToken);
            return new(view, definition.Spec, definition.Plan, data);
        }
        catch (DataException e)
        {
            // They may be back in a moment, or be on another silo: nothing is wrong with the experiment.
            throw new RpcException(new(StatusCode.Unavailable, $"This silo cannot read the data of '{run.Id}' now: {string.Join(" ", e.Problems)}"));
        }
    }

    /// <summary>What was recorded at submit: the spec, and the facts of the data. Reads no file.</summary>
    /// <exception cref="RpcException">FAILED_PRECONDITION: this version cannot read it.</exception>
    public static async Task<ExperimentDefinition> Definition(ExperimentView view, IGrainFactory grains)
    {
        var run = view.Run;
        var record = await grains.GetGrain<ICoordinatorGrain>(run.Id).Dataset()
            ?? throw Missing($"The facts of the data of '{run.Id}' are not recorded.");
        try
        {
            return ExperimentDefinition.Of(view.SpecYaml, run.BasePath, record);
        }
        catch (InvalidOperationException e)
        {
            throw Missing($"'{run.Id}': {e.Message}");
        }
    }

    private static RpcException Missing(string why) => new(new(StatusCode.FailedPrecondition, why));
}
