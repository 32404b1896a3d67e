using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Definitions;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Models;

namespace Sheaf.Silo.Workers;

/// <summary>A generation as it was assigned to this silo, with what follows from the assignment and never changes.</summary>
internal sealed class AssignedGeneration
{
    private readonly ExperimentDefinition _definition;

    public AssignedGeneration(Assignment assignment, string siloAddress)
    {
        Assignment = assignment;
        _definition = ExperimentDefinition.Of(assignment.SpecYaml, assignment.BasePath, assignment.Dataset);
        Mine = assignment.Workers.Where(worker => worker.SiloAddress == siloAddress).ToArray();
        LeadingWorker = assignment.Workers.Min(worker => worker.Number);
    }

    public Assignment Assignment { get; }

    public ExperimentSpec Spec => _definition.Spec;

    public DataFacts Facts => _definition.Facts;

    public ModelPlan Model => _definition.Model;

    public long TotalSteps => _definition.Plan.TotalSteps;

    /// <summary>This silo's workers.</summary>
    public IReadOnlyList<WorkerPlace> Mine { get; }

    /// <summary>Number of the one that evaluates, captures and writes for all.</summary>
    public int LeadingWorker { get; }

    /// <summary>All workers of the generation are on this silo.</summary>
    public bool IsAllHere => Mine.Count == Assignment.Workers.Count;
}
