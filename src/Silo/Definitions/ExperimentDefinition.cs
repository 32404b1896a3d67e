using System.Text.Json;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Definitions;

/// <summary>
/// What an experiment is, and never changes: its spec, the facts of its data as they were at submit, and the plan that follows from both. Made once in a
/// process, whoever asks for it: the coordinator, the workers of its generations, audit and replay. Immutable.
/// </summary>
public sealed class ExperimentDefinition
{
    /// <summary>Definitions that stay; experiments that are led or trained on one silo at a time.</summary>
    private const int Kept = 64;

    private static readonly Lock s_gate = new();
    private static readonly Dictionary<(string SpecYaml, string BasePath, string FactsJson), Lazy<ExperimentDefinition>> s_known = [];
    private static readonly Queue<(string SpecYaml, string BasePath, string FactsJson)> s_order = new();

    private ExperimentDefinition(ExperimentSpec spec, DatasetRecord dataset)
    {
        Spec = spec;
        Facts = JsonSerializer.Deserialize<DataFacts>(dataset.FactsJson) ?? throw new InvalidOperationException("The recorded facts of the data are empty.");
        Plan = new(Spec, Facts);
        Model = ModelShapes.Plan(Spec, Facts);
        Dataset = dataset;
    }

    public ExperimentSpec Spec { get; }

    public DataFacts Facts { get; }

    public DatasetRecord Dataset { get; }

    public RunPlan Plan { get; }

    public ModelPlan Model { get; }

    /// <param name="dataset">Known by its facts.</param>
    /// <param name="spec">What the text says, where it has been read already.</param>
    /// <exception cref="InvalidOperationException">An older version recorded what this one cannot read.</exception>
    public static ExperimentDefinition Of(string specYaml, string basePath, DatasetRecord dataset, ExperimentSpec? spec = null)
    {
        var key = (specYaml, basePath, dataset.FactsJson);
        Lazy<ExperimentDefinition>? known;
        lock (s_gate)
        {
            if (!s_known.TryGetValue(key, out known))
            {
                s_known.Add(key, known = new(() => new(spec ?? Read(specYaml, basePath), dataset)));
                s_order.Enqueue(key);
                if (s_order.Count > Kept)
                {
                    s_known.Remove(s_order.Dequeue());
                }
            }
        }

        return known.Value;
    }

    private static ExperimentSpec Read(string specYaml, string basePath)
    {
        var parsed = SpecParser.Parse(specYaml, basePath);
        return parsed.Spec ?? throw new InvalidOperationException($"The recorded spec cannot be read any more: {string.Join("; ", parsed.Violations)}");
    }
}
