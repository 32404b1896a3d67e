using System.CommandLine;
using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Packaging;
using Sheaf.Client.Running;
using Sheaf.Client.Specs;
using Sheaf.Surroundings;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class RunVerb
{
    public static Verb Create(ClientHost host)
    {
        var file = new Argument<string?>("SPEC") { Description = "The spec, a YAML file", Arity = ArgumentArity.ZeroOrOne };
        var resume = new Option<string?>("--resume") { Description = "Go on with a run that was paused by Ctrl-C or died", HelpName = "ID" };
        var data = new Option<string?>("--data")
        {
            Description = "Where experiments and checkpoints are kept. Default: $XDG_DATA_HOME/sheaf, else "
            + "~/.local/share/sheaf", HelpName = "DIR"
        };
        var devices = new Option<string?>("--devices")
        {
            Description = "What the run may use, on a silo of its own even where a cluster runs. Default: "
            + "cpu:N, enough for all cores and all workers", HelpName = "cpu:N|cuda:N"
        };
        var verb = new Verb("run", "Train on this machine: starts a silo of its own, submits the spec, shows the progress and ends with a summary. Ctrl-C "
            + "writes a checkpoint and prints how to go on. "
            + "Where a cluster runs (`cluster up`, --cluster, SHEAF_CLUSTER), trains on it, as `submit --follow` does.",
            new Example("run examples/fashion-mnist.yaml", "the first thing to try"),
            new Example("run examples/fashion-mnist.yaml --workers 1 --seed 7", "another number of workers (the same bits), another seed (others)"),
            new Example("run my.yaml --set optimizer.sgd.learning_rate=0.02 --set epochs=3", "any key of the spec, dotted"),
            new Example("run --resume fashion-mnist-lenet-3f2a9c", "go on after Ctrl-C or a crash"),
            new Example("run my.yaml --output json", "one JSON object a line; the last is {\"event\":\"completed\",...}"));
        verb.Arguments.Add(file);
        verb.Options.Add(resume);
        verb.Options.Add(data);
        verb.Options.Add(devices);
        verb.Options.Add(FollowOptions.TensorBoard);
        var options = new SpecOptions(verb);
        verb.Handle(host, async invocation =>
        {
            var parsed = invocation.Parsed;
            var overrides = options.Overrides(parsed);
            var (path, id) = (parsed.GetValue(file), parsed.GetValue(resume));
            var spec = (path, id) switch
            {
                ({ } given, null) => SpecFile.Load(given, overrides),
                (null, not null) when overrides.Count == 0 => null,
                (null, not null) => throw Usage(
                    host, "--resume goes on with the spec that was submitted, which nothing can override", "leave out --workers, --seed, --set and --name"),
                (null, null) => throw Usage(host, "`run` needs a spec", $"for example: {host.Name} run examples/fashion-mnist.yaml"),
                _ => throw Usage(host, "`run` takes a spec or --resume, not both", "leave one of them out"),
            };
            if (parsed.GetValue(GlobalOptions.Server) is not null)
            {
                throw Usage(
                    host, "`run` starts a silo of its own and takes no --server", $"to train on a server: {host.Name} submit {path ?? "SPEC"} --follow");
            }

            CheckDevices(host, parsed.GetValue(devices));
            spec = spec is null ? null : await SpecPackages.BuildAsync(spec, host, invocation.Building, invocation.Interrupted);
            var directory = DataDirectory.Of(parsed.GetValue(data), host.Variable);
            if (parsed.GetValue(devices) is null && Cluster(invocation, directory, parsed.GetValue(data) is null) is { } cluster)
            {
                return await OnCluster(invocation, cluster, spec, id);
            }

            return await new RunSession(invocation, new RunOptions(
                spec,
                id ?? Submission.NewId(spec!.Spec.Name),
                directory,
                parsed.GetValue(devices) ?? $"cpu:{Math.Max(Environment.ProcessorCount, spec?.Spec.Workers.Max ?? 1)}",
                parsed.GetValue(data) is null ? "" : $" --data {ShellWord.Quote(directory)}",
                string.Concat(overrides.Where(o => o.Key is not ("workers" or "name")).Select(o => $" --set {ShellWord.Quote(o.ToString())}")))).RunAsync();
        });
        return verb;
    }

    /// <summary>The cluster that runs already, so that no silo of one's own is needed; null: none.</summary>
    private static IServerSource? Cluster(Invocation invocation, string directory, bool isDefault)
    {
        var named = invocation.Parsed.GetValue(GlobalOptions.Cluster) is not null || invocation.Host.Variable("SHEAF_CLUSTER") is { Length: > 0 };
        return named
            ? ServerSources.Choose(
                null, invocation.Parsed.GetValue(GlobalOptions.Cluster), null, name => name == "SHEAF_SERVER" ? null : invocation.Host.Variable(name))
            : ServerSources.Local(directory, isDefault ? "" : $" --cluster {ShellWord.Quote(directory)}");
    }

    /// <summary>As `submit --follow`, or `resume` and `watch`: Ctrl-C leaves the run to the cluster.</summary>
    private static async Task<int> OnCluster(Invocation invocation, IServerSource cluster, SpecFile? spec, string? id)
    {
        invocation.Source = cluster;
        using var server = await invocation.ConnectAsync();
        if (spec is not null)
        {
            var submitted = await SubmitVerb.SubmitAsync(server, spec, Submission.NewId(spec.Spec.Name), invocation.Interrupted);
            return await RemoteRun.FollowAsync(invocation, server, submitted.Id, submitted);
        }

        var experiment = await server.CallAsync(
            $"resume {id}", options => server.Experiments.DescribeAsync(new DescribeRequest { ExperimentId = id }, options), invocation.Interrupted);
        await Resumption.ResumeAsync(server, experiment, invocation.Interrupted);
        return await RemoteRun.FollowAsync(invocation, server, experiment.Id, submitted: null);
    }

    /// <summary>The silo would say the same, after it was started and its directory made.</summary>
    private static void CheckDevices(ClientHost host, string? devices)
    {
        try
        {
            _ = devices is null ? null : DeviceOffer.Parse(devices);
        }
        catch (FormatException wrong)
        {
            throw Usage(host, wrong.Message.TrimEnd('.'), "correct --devices, or leave it out");
        }
    }

    private static CliException Usage(ClientHost host, string what, string todo) =>
        new(ExitCode.BadUsage, what, null, $"{todo}\nhow to call it: {host.Name} run --help");
}
