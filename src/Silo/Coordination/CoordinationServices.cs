using Sheaf.Silo.Troubles;

namespace Sheaf.Silo.Coordination;

/// <summary>What coordinators on a silo need of it.</summary>
internal static class CoordinationServices
{
    public static void AddCoordination(this IServiceCollection services)
    {
        services.AddSingleton<ExperimentCalls>();
        services.AddSingleton<ISubmissions>(provider => provider.GetRequiredService<ExperimentCalls>());
        services.AddSingleton<IPublication>(provider => provider.GetRequiredService<ExperimentCalls>());
        services.AddSingleton<ILedgerReader>(provider => provider.GetRequiredService<ExperimentCalls>());
        services.AddSingleton<IPoolCalls, PoolCalls>();
        services.AddSingleton<IWorkerCalls, WorkerCalls>();
        services.AddSingleton<IOwnSilo, OwnSilo>();
        services.AddSingleton<ICoordinatorLog, CoordinatorLog>();
        services.AddSingleton<CoordinatorPlaces>();
    }

    private sealed class OwnSilo(SiloOptions options, SiloTroubles troubles) : IOwnSilo
    {
        public string Name => options.Name;

        public IReadOnlyList<string> Troubles => troubles.All;
    }

    private sealed class CoordinatorLog(ILogger<CoordinatorLog> log) : ICoordinatorLog
    {
        public void Warn(string experimentId, Exception failure) =>
            log.LogWarning(failure, "Something for experiment {Experiment} could not be done now and is tried again.", experimentId);
    }
}
