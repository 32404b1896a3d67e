using Sheaf.Specs;
using TorchSharp.Modules;
using DataLoader = Sheaf.Training.Data.DataLoader;
using static TorchSharp.torch;

namespace Sheaf.Bench.Subjects;

/// <summary>
/// The loop that a user of TorchSharp writes by hand, on the libtorch that Sheaf has: modules, torch.optim, zero_grad, backward, step; rows in memory as one
/// tensor, a batch taken by index from a shuffle. One thread. Prints one JSON line, as every subject does.
/// </summary>
internal static class EagerSubject
{
    public static async Task RunAsync(Options options)
    {
        var (file, name) = (options.Text("spec"), options.Text("model"));
        long warmup = options.Number("warmup", 100), steps = options.Number("steps", 500), batch = options.Number("batch_size", 64);
        var spec = SpecParser.Parse(await File.ReadAllTextAsync(file), Path.GetDirectoryName(Path.GetFullPath(file))!, []).Spec!;
        var rows = DataLoader.Load(spec.Data, spec.Seed, null, CancellationToken.None).Train;
        set_num_threads(1);
        manual_seed(spec.Seed);
        var all = Enumerable.Range(0, rows.Count).ToArray();
        var (values, classes) = (new float[rows.Count * rows.Width], new long[rows.Count]);
        rows.Gather(all, values);
        rows.GatherClasses(all, classes);
        using var features = tensor(values).reshape([rows.Count, .. rows.Shape.Select(size => (long)size)]);
        using var targets = tensor(classes);
        using nn.Module<Tensor, Tensor> model = name == "lenet" ? new LeNet() : new Perceptron();
        using var optimizer = optim.SGD(model.parameters(), spec.Optimizer.LearningRate, momentum: 0.9);
        var (order, place, last) = (randperm(rows.Count), 0L, 0f);
        long began = 0, allocated = 0;
        TimeSpan cpu = default;
        for (var step = 0L; step < warmup + steps; step++)
        {
            if (step == warmup)
            {
                (began, cpu, allocated) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
            }

            if (place + batch > rows.Count)
            {
                order.Dispose();
                (order, place) = (randperm(rows.Count), 0);
            }

            using var scope = NewDisposeScope();
            var picked = order.narrow(0, place, batch);
            place += batch;
            optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(model.call(features.index_select(0, picked)), targets.index_select(0, picked));
            loss.backward();
            optimizer.step();
            if (step == warmup + steps - 1)
            {
                last = loss.item<float>();
            }
        }

        var elapsed = TimeProvider.System.GetElapsedTime(began);
        var used = Environment.CpuUsage.TotalTime - cpu;
        Report.Write(new(
            $"eager TorchSharp, {name}, batch {batch}",
            steps * batch / elapsed.TotalSeconds,
            steps * batch / used.TotalSeconds,
            elapsed.TotalMicroseconds / steps,
            last,
            (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / steps));
        order.Dispose();
    }

    private sealed class LeNet : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d _conv1 = nn.Conv2d(1, 6, 5, padding: 2);
        private readonly Conv2d _conv2 = nn.Conv2d(6, 16, 5);
        private readonly Linear _fc1 = nn.Linear(400, 120);
        private readonly Linear _fc2 = nn.Linear(120, 84);
        private readonly Linear _fc3 = nn.Linear(84, 10);

        public LeNet()
            : base(nameof(LeNet)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var x = nn.functional.max_pool2d(nn.functional.relu(_conv1.call(input)), 2);
            x = nn.functional.max_pool2d(nn.functional.relu(_conv2.call(x)), 2).flatten(1);
            return _fc3.call(nn.functional.relu(_fc2.call(nn.functional.relu(_fc1.call(x)))));
        }
    }

    private sealed class Perceptron : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _fc1 = nn.Linear(784, 256);
        private readonly Linear _fc2 = nn.Linear(256, 128);
        private readonly Linear _fc3 = nn.Linear(128, 10);

        public Perceptron()
            : base(nameof(Perceptron)) => RegisterComponents();

        public override Tensor forward(Tensor input) =>
            _fc3.call(nn.functional.relu(_fc2.call(nn.functional.relu(_fc1.call(input.flatten(1))))));
    }
}
