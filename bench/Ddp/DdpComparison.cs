namespace Sheaf.Bench.Ddp;

/// <summary>
/// Several silos beside PyTorch's DistributedDataParallel over Gloo, one thread a worker, and what a checkpoint costs the steps. Each measurement starts its
/// processes anew, and leaves none behind; speed is that of the steps after a warm-up in both.
/// </summary>
internal static class DdpComparison
{
    public static Task<int> RunAllAsync(Options options) => Comparison.RunAllAsync(options, All(options));

    private static IEnumerable<Comparison> All(Options options)
    {
        var steps = options.Number("steps", 800);
        yield return new("lenet, batch 128, 2 shards: 2 silos : DDP, 2 processes", Cluster("fashion-mnist", 128, 2, steps), Ddp("lenet", 128, steps), 1.4);
        yield return new("mlp, batch 64, 2 shards: 2 silos : DDP, 2 processes", Cluster("mlp", 64, 2, 6 * steps), Ddp("mlp", 64, 6 * steps), 1.4);
        yield return new("lenet, batch 128, 8 shards: 2 silos : DDP, 2 processes", Cluster("fashion-mnist", 128, 8, steps), Ddp("lenet", 128, steps), 1.0);
        yield return new(
            "lenet, batch 128, 2 silos: a checkpoint every 100 steps : none",
            [.. Cluster("fashion-mnist", 128, 2, steps), "--checkpoints", "100 steps"],
            Cluster("fashion-mnist", 128, 2, steps),
            0.99);
    }

    private static IReadOnlyList<string> Cluster(string spec, int batch, int shards, long steps) =>
    [
        .. Comparison.Self(), "cluster", "--spec", Path.Combine(
            Testbed.Checkout.Root, "examples", spec + ".yaml"), "--silos", "2", "--batch_size", $"{batch}", "--shards", $"{shards}",
        "--steps", $"{steps}", "--warmup", $"{steps / 4}",
    ];

    private static IReadOnlyList<string> Ddp(string model, int batch, long steps) =>
    [
        "/usr/bin/python3", Path.Combine(
            Testbed.Checkout.Root, "bench", "peers", "pytorch_ddp.py"), "--model", model, "--batch", $"{batch}", "--processes", "2", "--steps", $"{steps}",
        "--warmup", $"{steps / 4}",
    ];
}
