using Sheaf.Bench;
using Sheaf.Bench.AllReduce;
using Sheaf.Bench.Chaos;
using Sheaf.Bench.ControlPlane;
using Sheaf.Bench.Ddp;
using Sheaf.Bench.Kernels;
using Sheaf.Bench.Subjects;
using Sheaf.Surroundings;

// bench engine --spec FILE [--shards N] [--workers N] [--batch_size N] [--steps N] [--warmup N]
//     One subject, one JSON line.
// bench eager --spec FILE --model lenet|mlp [--batch_size N] [--steps N] [--warmup N]
//     The loop that a user of TorchSharp writes by hand, one JSON line.
// bench compare [--rounds N] [--steps N] [--only TEXT], or nothing
//     All comparisons, interleaved, as ratios.
// bench ddp [--rounds N] [--steps N] [--only TEXT]
//     Silos beside PyTorch's DDP, interleaved, as ratios.
// bench cluster --spec FILE --shards N [--silos N] [--batch_size N] [--steps N] [--warmup N]
//     One cluster, one JSON line.
// bench allreduce [--processes 2,4] [--sizes 4K,64K,1M,16M,64M] [--rounds N] [--shards N] [--tls 1]
//     Our all-reduce beside Gloo and OpenMPI, or with TLS beside itself without.
// bench chaos [--minutes N] [--every SECONDS] [--seed N] [--silos N] [--pace MS] [--kinds A,B] [--store 1]
//     Faults on one long run beside an undisturbed one; with its checkpoints in an object store that fails one request in eight.
// bench chaos --kills N [--seed N] [--silos N] [--pace MS] [--tls 1] [--store 1]
//     Recovery times of kills.
// bench control [--silos N] [--seconds N] [--spec FILE ...]
//     What the control plane of a run takes of a core.
// bench kernels [--rounds N]
//     Loops of our own beside the library that does the same.
// bench bits [--seeds N] [--first N] [--events N]
//     The weights on every placement, and under random kills, joins and rescalings.
// bench examples [--only TEXT]
//     The weights of every example, shortened, on 1, 2 and 4 workers, through a kill, and through a pause and a resume.
try
{
    SheafVariables.Check(
        Environment.GetEnvironmentVariables().Keys.Cast<string>(),
        mistake => new FormatException($"{mistake} Rename or unset it."),
        mistake => Console.Error.WriteLine($"warning: {mistake}"));
}
catch (FormatException misspelt)
{
    await Console.Error.WriteLineAsync(misspelt.Message);
    return 2;
}

switch (args)
{
    case ["allreduce", .. var rest]:
        return await new AllReduceBench(new Options(rest), Comparison.Root(), Comparison.Self()).RunAsync();
    case ["allreduce-rank", .. var rest]:
        await AllReduceRank.RunAsync(new Options(rest));
        return 0;
    case ["engine", .. var rest]:
        await EngineSubject.RunAsync(new Options(rest));
        return 0;
    case ["eager", .. var rest]:
        await EagerSubject.RunAsync(new Options(rest));
        return 0;
    case ["ddp", .. var rest]:
        return await DdpComparison.RunAllAsync(new Options(rest));
    case ["cluster", .. var rest]:
        await ClusterSubject.RunAsync(new Options(rest));
        return 0;
    case ["chaos", .. var rest] when !rest.Contains("--kills"):
        return await ChaosBench.RunAsync(new Options(rest));
    case ["chaos", .. var rest]:
        return await KillsBench.RunAsync(new Options(rest));
    case ["control", .. var rest]:
        return await ControlPlaneBench.RunAsync(new Options(rest));
    case ["kernels", .. var rest]:
        return KernelBench.Run(new Options(rest));
    case ["bits", .. var rest]:
        return await BitsBench.RunAsync(new Options(rest));
    case ["examples", .. var rest]:
        return await ExamplesBench.RunAsync(new Options(rest));
    case [] or ["compare", ..]:
        return await Comparison.RunAllAsync(new Options([.. args.Skip(1)]));
    default:
        await Console.Error.WriteLineAsync(
            "Usage: bench ddp [--rounds N] [--steps N] [--only TEXT] "
            + "| bench [compare [--rounds N] [--steps N] [--only TEXT]] "
            + "| bench chaos [--minutes N | --kills N] [--seed N] [--tls 1] [--store 1] "
            + "| bench bits [--seeds N] [--first N] "
            + "| bench examples [--only TEXT] "
            + "| bench control [--seconds N] [--spec FILE] "
            + "| bench kernels [--rounds N] "
            + "| bench allreduce [--processes 2,4] [--sizes 4K,1M] [--rounds N] [--tls 1] "
            + "| bench engine --spec FILE [--key value ...]");
        return 2;
}
