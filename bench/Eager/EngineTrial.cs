using Sheaf.Bench.Subjects;
using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.Replicas;

namespace Sheaf.Bench.Eager;

/// <summary>Sheaf's engine on one device, in this process: one worker with all shards, made once and run again for each measurement.</summary>
internal sealed class EngineTrial : IAsyncDisposable
{
    private readonly LocalGroup _group;
    private readonly TrainingWorker _worker;
    private readonly CountingSink _sink;
    private long _sequence;
    private long _until;

    /// <param name="measurements">At most; the warm-up is one.</param>
    public EngineTrial(ExperimentSpec spec, DataBundle data, string device, int measurements)
    {
        var all = new ShardRange(0, spec.Shards);
        _group = new LocalGroup(spec.Shards, [new(0, all)], ModelShapes.Plan(spec, data.Train.Shape, data.Train.Classes).ReductionLength);
        _sink = new CountingSink(measurements + 1);
        _worker = new TrainingWorker(
            new() { Spec = spec, Data = data, ExperimentId = "bench", Worker = 0, Generation = 0, Shards = all, IsLeader = true, Device = device }, _group, _sink, TimeProvider.System);
        _worker.Start();
    }

    /// <summary>Samples a second over so many steps, the last one's end included.</summary>
    public async Task<double> RunAsync(long steps)
    {
        var (samples, began) = (_sink.Total, TimeProvider.System.GetTimestamp());
        _until += steps;
        _worker.Submit(new(_sequence, DirectiveKind.Run, _until));
        await _sink.At(_sequence++);
        return (_sink.Total - samples) / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        _worker.Submit(new(_sequence, DirectiveKind.Finish, _until));
        await _worker.Completion;
        _worker.Dispose();
        _group.Dispose();
    }
}
