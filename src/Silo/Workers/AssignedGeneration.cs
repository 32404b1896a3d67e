using System.Text.Json;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>A generation as it was assigned to this silo, with what follows from the assignment and never changes.</summary>
internal sealed class AssignedGeneration
{
    public AssignedGeneration(Assignment assignment, string siloAddress)
    {
        Assignment = assignment;
        Spec = SpecParser.Parse(assignment.SpecYaml, assignment.BasePath).Spec
            ?? throw new ArgumentException($"The spec in the assignment of experiment '{assignment.ExperimentId}' cannot be read.");
        Facts = JsonSerializer.Deserialize<DataFacts>(assignment.Dataset.FactsJson)!;
        TotalSteps = new RunPlan(Spec, Facts).TotalSteps;
        Mine = assignment.Workers.Where(worker => worker.SiloAddress == siloAddress).ToArray();
        LeadingWorker = assignment.Workers.Min(worker => worker.Number);
    }

    public Assignment Assignment { get; }

    public ExperimentSpec Spec { get; }

    public DataFacts Facts { get; }

    public long TotalSteps { get; }

    /// <summary>This silo's workers.</summary>
    public IReadOnlyList<WorkerPlace> Mine { get; }

    /// <summary>Number of the one that evaluates, captures and writes for all.</summary>
    public int LeadingWorker { get; }

    /// <summary>All workers of the generation are on this silo.</summary>
    public bool IsAllHere => Mine.Count == Assignment.Workers.Count;
}
