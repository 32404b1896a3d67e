using Sheaf.Contracts.Grains;

namespace Sheaf.Silo.Workers;

/// <summary>Says in the log of which experiment, and worker, the calls to grains are during which something is logged.</summary>
internal sealed class ExperimentScopes(ILogger<ExperimentScopes> log) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        using (Scope(context))
        {
            await context.Invoke();
        }
    }

    private IDisposable? Scope(IIncomingGrainCallContext context) => context.Grain switch
    {
        ICoordinatorGrain or IExperimentGrain => log.BeginScope(Of(context.TargetId.Key.ToString()!)),
        IWorkerGrain when WorkerKey.TryParse(context.TargetId.Key.ToString()!) is { } key => log.BeginScope(Of(key.Experiment, key.Worker)),
        _ => null,
    };

    /// <summary>The names under which a log has them.</summary>
    public static IReadOnlyList<KeyValuePair<string, object>> Of(string experiment, int? worker = null, long? generation = null) =>
    [
        new("Experiment", experiment),
        .. worker is { } number ? [new KeyValuePair<string, object>("Worker", number)] : Array.Empty<KeyValuePair<string, object>>(),
        .. generation is { } version ? [new KeyValuePair<string, object>("Generation", version)] : Array.Empty<KeyValuePair<string, object>>(),
    ];
}
