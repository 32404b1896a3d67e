using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

public class SiloLifecycleSubject(ILogger<SiloLifecycleSubject> logger) : LifecycleSubject(logger), ISiloLifecycleSubject
{
    private static readonly Dictionary<int, string> s_names = typeof(ServiceLifecycleStage).GetFields(BindingFlags.Public | BindingFlags.Static)
        .DistinctBy(f => (int)f.GetRawConstantValue()!).ToDictionary(f => (int)f.GetRawConstantValue()!, f => f.Name);

    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    protected override string GetStageName(int stage) => s_names.TryGetValue(stage, out var name) ? $"{name} ({stage})" : base.GetStageName(stage);

    protected override void OnStartStageCompleted(int stage) => HighestCompletedStage = stage;

    protected override void OnStopStageCompleted(int stage) => LowestStoppedStage = stage;
}
