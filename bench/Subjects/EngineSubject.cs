using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.Replicas;

namespace Sheaf.Bench.Subjects;

/// <summary>The training engine alone: workers and their group in this process, no silo. Prints one JSON line, as every subject does.</summary>
internal static class EngineSubject
{
    public static async Task RunAsync(Options options)
    {
        var file = options.Text("spec");
        var overrides = new List<SpecOverride>();
        foreach (var key in new[] { "shards", "workers", "batch_size" })
        {
            if (options.TryText(key, out var value))
            {
                overrides.Add(new(key, value));
            }
        }

        var parsed = SpecParser.Parse(await File.ReadAllTextAsync(file), Path.GetDirectoryName(Path.GetFullPath(file))!, overrides);
        var spec = parsed.Spec ?? throw new ArgumentException(string.Join(Environment.NewLine, parsed.Violations));
        var data = DataLoader.Load(spec.Data, spec.Seed, null, CancellationToken.None);
        long warmup = options.Number("warmup", 100), steps = options.Number("steps", 500);
        var workers = spec.Workers.Max;
        var leases = Enumerable.Range(0, workers)
            .Select(worker => new Lease(worker, new(Slices.StartOf(spec.Shards, workers, worker), Slices.SizeOf(spec.Shards, workers, worker)))).ToList();
        var plan = ModelShapes.Plan(spec, data.Train.Shape, data.Train.Classes);
        using var group = new LocalGroup(spec.Shards, leases, plan.ReductionLength, hashing: !options.TryText("ledger", out var ledger) || ledger != "off");
        var sink = new CountingSink();
        var running = leases.Select(lease => new TrainingWorker(
            new()
            {
                Spec = spec, Data = data, ExperimentId = "bench", Worker = lease.Worker, Generation = 0, Shards = lease.Shards,
                IsLeader = lease.Worker == 0
            },
            group, lease.Worker == 0 ? sink : new CountingSink(), TimeProvider.System)).ToList();
        foreach (var worker in running)
        {
            worker.Start();
            worker.Submit(new(0, DirectiveKind.Run, warmup));
        }

        await sink.At(0);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var began = TimeProvider.System.GetTimestamp();
        foreach (var worker in running)
        {
            worker.Submit(new(1, DirectiveKind.Run, warmup + steps));
            worker.Submit(new(2, DirectiveKind.Finish, 0));
        }

        await sink.At(1);
        var elapsed = TimeProvider.System.GetElapsedTime(began);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        await Task.WhenAll(running.Select(worker => worker.Completion));
        Report.Write(new(
            $"sheaf engine, {workers} workers, {spec.Shards} shards",
            sink.Samples(warmup) / elapsed.TotalSeconds,
            sink.Samples(warmup) / cpu.TotalSeconds,
            elapsed.TotalMicroseconds / steps,
            sink.Last?.Loss ?? double.NaN,
            (double)allocated / steps));
        running.ForEach(worker => worker.Dispose());
    }

    private sealed class CountingSink : IWorkerSink
    {
        private readonly TaskCompletionSource[] _reached = [new(), new(), new()];
        private long _samples;

        public StepRecord? Last { get; private set; }

        public long Samples(long from) => _samples - (from * (Last?.Samples ?? 0));

        public Task At(long sequence) => _reached[sequence].Task;

        public void Ready(long step, ulong stateHash)
        {
        }

        public void Applied(StepRecord record)
        {
            _samples += record.Samples;
            Last = record;
        }

        public void Evaluated(EvaluationRecord record)
        {
        }

        public void Captured(CheckpointSnapshot snapshot)
        {
        }

        public void Reached(long sequence, long step) => _reached[sequence].TrySetResult();

        public void Failed(WorkerFailure failure)
        {
            foreach (var reached in _reached)
            {
                reached.TrySetException(new InvalidOperationException(failure.Message));
            }
        }
    }
}
