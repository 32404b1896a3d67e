using System.Text.Json;
using Sheaf.Testbed;
using Sheaf.V1;

namespace Sheaf.Bench.Chaos;

/// <summary>
/// The SHA-256 of the final weights of the examples, shortened, in five ways: on 1, 2 and 4 workers of two silos, with the silo of a worker killed in the
/// middle, and paused and resumed in the middle. Submitted by the CLI, so that classes of users' own are among them. <c>--only</c> TEXT: examples whose
/// name has it.
/// </summary>
internal static class ExamplesBench
{
    private const string Fashion = "/usr/share/datasets/fashion-mnist", Mnist = "examples/data/mnist", Moby = "data/moby-dick.txt";

    /// <summary>By file: what it reads that is not in the checkout, and what shortens it to some dozens of steps.</summary>
    private static readonly (string File, string? Needs, string[] Set)[] Examples =
    [
        ("linear-regression.yaml", null, ["epochs=60", "evaluate_every=20 epochs", "shards=4"]),
        ("linear-regression-two-targets.yaml", null, ["epochs=60", "shards=4"]),
        ("auto-mpg.yaml", null, ["epochs=8", "shards=4", "evaluate_every=2 epochs"]),
        ("mnist-logistic.yaml", Mnist, ["data.train.rows={to: 3199}", "data.validation.rows={from: 50000, to: 50199}", "shards=4"]),
        ("fashion-mnist.yaml", Fashion, ["data.train.rows={to: 3555}", "data.test.rows={to: 199}", "epochs=1"]),
        ("mlp.yaml", Fashion, ["data.train.rows={to: 3555}", "data.test.rows={to: 199}", "epochs=1", "shards=4"]),
        ("augmentation.yaml", Fashion, ["data.train.rows={to: 1599}", "data.validation.rows={from: 50000, to: 50199}", "epochs=2"]),
        ("cifar-cnn.yaml", Fashion, ["data.train.rows={to: 239}", "data.test.rows={to: 199}", "epochs=1", "shards=4"]),
        ("transfer-body.yaml", Mnist, ["data.train.rows={to: 3199}", "data.test.rows={to: 199}", "epochs=1"]),
        ("char-lm.yaml", "examples/" + Moby,
            ["data.train.share={from: 0, to: 0.06}", "data.validation.share={from: 0.9, to: 0.91}", "epochs=1", "batch_size=16"]),
        ("char-transformer/char-transformer.yaml", "examples/char-transformer/" + Moby,
            ["data.train.arguments={context: 64, to: 0.05}", "data.validation.arguments={context: 64, from: 0.99}", "epochs=1"]),
    ];

    public static async Task<int> RunAsync(Options options)
    {
        var only = options.TryText("only", out var text) ? text : "";
        await using var cluster = await TestCluster.StartAsync(2, devices: 4, arguments: ["--user-code", "allow"]);
        var wrong = 0;
        foreach (var (file, needs, set) in Examples.Where(example => example.File.Contains(only, StringComparison.Ordinal)))
        {
            if (needs is not null && !Path.Exists(Path.Combine(Checkout.Root, needs)))
            {
                Console.WriteLine($"{file}: left out, as {needs} is not there; ./sheaf fetches it when the example is run");
                continue;
            }

            Console.WriteLine(file);
            var hashes = new List<string>();
            foreach (var way in Enum.GetValues<Way>())
            {
                var sha = await RunAsync(cluster, file, set, way);
                hashes.Add(sha);
                Console.WriteLine($"  {Words(way),-24} {sha}");
            }

            wrong += hashes.Distinct(StringComparer.Ordinal).Count() == 1 && hashes[0].Length == 64 ? 0 : 1;
        }

        Console.WriteLine(wrong == 0 ? "each example has one SHA-256" : $"{wrong} examples differ");
        return wrong == 0 ? 0 : 1;
    }

    private static async Task<string> RunAsync(TestCluster cluster, string file, string[] set, Way way)
    {
        // Slow enough to be struck in the middle.
        await cluster.ArmAsync(way is Way.Killed or Way.Paused ? "before-compute@*:*#*=delay:50" : "");
        var workers = way switch { Way.One => 1, Way.Two or Way.Killed => 2, _ => 4 };
        var (code, output) = await cluster.CommandLineAsync(
        [
            "submit", Path.Combine(Checkout.Root, "examples", file), "--workers", $"{workers}", "--output", "json",
            .. set.SelectMany(each => new[] { "--set", each }),
        ]);
        if (code != 0)
        {
            return $"submit ended with {code}: {output.ReplaceLineEndings(" ")}";
        }

        var id = JsonDocument.Parse(output.Split('\n').Last(line => line.StartsWith('{'))).RootElement.GetProperty("experiment").GetString()!;
        await using var run = new RunFollower(cluster, await cluster.DescribeAsync(id));
        await run.StepAsync(1);
        var middle = run.Experiment.TotalSteps / 2;
        if (way == Way.Killed)
        {
            await run.StepAsync(middle);
            var victim = cluster[run.Experiment.Workers.First(worker => worker.Silo.Length > 0).Silo];
            var generation = run.Experiment.Generation;
            await victim.KillAsync();
            await run.WaitAsync(each => each.Ended || each.Experiment.Generation > generation, "the loss is noticed");
            await cluster.ArmAsync("");
            await cluster.StartAsync(victim.Name);
            if (run.Ended && run.Experiment.Generation == generation)
            {
                return "it ended before the kill";
            }
        }
        else if (way == Way.Paused)
        {
            await run.StepAsync(middle);
            await cluster.CallAsync((silo, call) => silo.Experiments.PauseAsync(new() { ExperimentId = id }, call));
            await run.StateAsync(State.Paused);
            await cluster.ArmAsync("");
            if (run.Ended)
            {
                return "it ended before the pause";
            }

            await cluster.CallAsync((silo, call) => silo.Experiments.ResumeAsync(new() { ExperimentId = id }, call));
        }

        var end = await run.EndAsync();
        return end.State == State.Completed ? end.Result.WeightsSha256 : $"{end.State}: {end.Reason}";
    }

    private static string Words(Way way) => way switch
    {
        Way.One => "1 worker",
        Way.Two => "2 workers",
        Way.Four => "4 workers",
        Way.Killed => "2 workers, silo killed",
        _ => "4 workers, paused",
    };

    private enum Way
    {
        One,
        Two,
        Four,
        Killed,
        Paused,
    }
}
