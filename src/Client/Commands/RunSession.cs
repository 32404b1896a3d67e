using Grpc.Core;
using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Running;
using Sheaf.Client.TensorBoard;
using Sheaf.Client.Terminal;
using Sheaf.Client.Watching;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

/// <summary>
/// `run` from start to end: a silo of its own, one experiment on it, the display, and Ctrl-C. The first Ctrl-C pauses the run (which writes a
/// checkpoint) and ends the silo; the second kills it.
/// </summary>
internal sealed class RunSession(Invocation invocation, RunOptions options)
{
    private static readonly TimeSpan DeathIsSeenWithin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PauseAgainAfter = TimeSpan.FromSeconds(1);

    private readonly ClientHost _host = invocation.Host;
    private readonly IRunRenderer _renderer = invocation.Renderer();

    private string ResumeCommand => $"{_host.Name} run --resume {options.ExperimentId}{options.DataOption}";

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        RunView? view = null;
        var interrupted = false;
        await using var lost = _host.Output.Lost.Register(() => _host.Output.TellThatWorkGoesOn(_host.Error, "the training goes on; Ctrl-C pauses it"));
        await _renderer.ShowAsync(async () =>
        {
            try
            {
                view = await OnOwnSiloAsync();
            }
            catch (OperationCanceledException) when (_host.Interrupts.First.IsCancellationRequested)
            {
                interrupted = true;
            }
        });
        if (interrupted)
        {
            var killed = _host.Interrupts.Second.IsCancellationRequested;
            _renderer.Leave(
                null, killed ? "Killed. What the last checkpoint holds is kept." : "Stopped before anything was submitted.", killed ? [ResumeCommand] : []);
            return ExitCode.Interrupted;
        }

        if (!view!.Ended)
        {
            _renderer.Leave(
                view, $"Paused at step {Format.Count(view.Step)} of {Format.Count(view.TotalSteps)}.", [$"{ResumeCommand}  # goes on with the same bits"]);
            return ExitCode.Interrupted;
        }

        _renderer.Finish(view, NextCommands(view));
        return view.State == State.Completed ? ExitCode.Ok : ExitCode.RunFailed;
    }

    private async Task<RunView> OnOwnSiloAsync()
    {
        _renderer.Status($"starting a silo ({options.Devices}) in {options.DataDirectory}");
        var log = Path.Combine(options.DataDirectory, "logs", LogName(options.ExperimentId));
        await using var silo = await _host.Silos.StartAsync(new SiloOptions(options.DataDirectory, options.Devices, log), _host.Interrupts.First);
        using var server = new ServerConnection(silo.Server, _host.Time, _host.Name, !invocation.Json);
        try
        {
            // Not cancelled by the first Ctrl-C: a request that arrived would go on by itself when a silo next starts here.
            _renderer.Status(options.Spec is null ? $"resuming {options.ExperimentId}" : $"submitting {options.ExperimentId}");
            var experiment = await BeginAsync(server, _host.Interrupts.Second);
            _renderer.Submitted(experiment, server.Server);
            return await FollowAsync(server, silo);
        }
        catch (CliException failure) when (failure.ExitCode == ExitCode.Unreachable)
        {
            // A silo that dies is seen by its connections before its process is gone.
            await Task.WhenAny(silo.Exited, Task.Delay(DeathIsSeenWithin, _host.Time));
            if (silo.Exited.IsCompleted)
            {
                throw SiloFailures.Died(await silo.Exited, silo.LogPath, ResumeCommand);
            }

            throw;
        }
        catch (CliException failure) when (failure is { ExitCode: ExitCode.RunFailed, InnerException: RpcException })
        {
            throw new CliException(failure.ExitCode, failure.Message, failure.Why, $"its log says more: {silo.LogPath}", failure);
        }
        finally
        {
            _renderer.Status("stopping the silo");
            await silo.StopAsync(_host.Interrupts.Second);
        }
    }

    /// <summary>An id that is none is refused by the server; until then it names a file.</summary>
    private static string LogName(string id) => $"run-{string.Concat(id.Take(64).Select(c => char.IsAsciiLetterOrDigit(c) || c == '-' ? c : '_'))}.log";

    private async Task<Experiment> BeginAsync(ServerConnection server, CancellationToken cancellation)
    {
        if (options.Spec is { } spec)
        {
            return await SubmitVerb.SubmitAsync(server, spec, options.ExperimentId, cancellation);
        }

        Experiment experiment;
        try
        {
            experiment = await server.CallAsync(
                $"resume {options.ExperimentId}",
                call => server.Experiments.DescribeAsync(new DescribeRequest { ExperimentId = options.ExperimentId }, call),
                cancellation);
        }
        catch (CliException failure) when (failure.ExitCode == ExitCode.NotFound)
        {
            var there = await server.CallAsync("list the experiments", call => server.Experiments.ListAsync(new ListRequest(), call), cancellation);
            throw new CliException(ExitCode.NotFound, $"there is no experiment {options.ExperimentId} in {options.DataDirectory}",
                there.Experiments.Count == 0
                    ? "there is none at all"
                    : $"there are {string.Join(", ", there.Experiments.Select(e => $"{e.Id} ({e.State.Name()})"))}",
                        "check the id, or name the directory with --data DIR", failure);
        }

        try
        {
            return await Resumption.ResumeAsync(server, experiment, cancellation);
        }
        catch (CliException refused) when (refused.ExitCode == ExitCode.WrongState)
        {
            throw new CliException(
                refused.ExitCode, $"{experiment.Id} is {experiment.State.Name()} and cannot go on", string.Join(
                    '\n', new[] { refused.Why, experiment.Reason }.Where(why => !string.IsNullOrEmpty(why))),
                $"start it anew: {_host.Name} run SPEC", refused);
        }
    }

    private async Task<RunView> FollowAsync(ServerConnection server, IRunningSilo silo)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_host.Interrupts.Second);
        var folder = invocation.Parsed.GetValue(FollowOptions.TensorBoard);
        var follower = new Follower(_renderer, BoardFeed.Of(folder, server, options.ExperimentId, _host.Time, _renderer.Notice));
        var pausing = false;
        var following = follower.FollowAsync(
            new RunWatch(server, options.ExperimentId, _host.Time),
            new RunView(options.ExperimentId),
            view => pausing && view.State == State.Paused,
            stop.Token);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _host.Interrupts.First.Register(() => asked.TrySetResult());
        try
        {
            await Task.WhenAny(following, silo.Exited, asked.Task);
            if (asked.Task.IsCompleted && !following.IsCompleted && !silo.Exited.IsCompleted)
            {
                _renderer.Notice("pausing: a checkpoint is written, then the silo ends (Ctrl-C again kills it)");
                pausing = true;
                var paused = await PauseAsync(server, Task.WhenAny(following, silo.Exited));
                if (paused is { State: State.Paused } || follower.View is { State: State.Paused })
                {
                    // It had been paused before, so that no update may come any more.
                    return follower.View is { State: State.Paused } view
                        ? view
                        : new RunView(options.ExperimentId).Apply(new Update { Experiment = paused }).View;
                }

                await Task.WhenAny(following, silo.Exited);
            }

            if (following.IsCompleted || !silo.Exited.IsCompleted)
            {
                return await following;
            }

            throw SiloFailures.Died(await silo.Exited, silo.LogPath, ResumeCommand);
        }
        finally
        {
            await stop.CancelAsync();
            await following.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>
    /// What was asked for is asked for until it is granted, the run has ended, or Ctrl-C is pressed again: whatever keeps the server from it now may pass.
    /// </summary>
    /// <returns>The paused or pausing experiment; null: the run or its silo has ended, which following it tells.</returns>
    private async Task<Experiment?> PauseAsync(ServerConnection server, Task ended)
    {
        var told = "";
        while (!ended.IsCompleted)
        {
            string reason;
            try
            {
                return await server.CallAsync(
                    $"pause {options.ExperimentId}",
                    call => server.Experiments.PauseAsync(new PauseRequest { ExperimentId = options.ExperimentId }, call),
                    _host.Interrupts.Second);
            }
            catch (CliException failure)
            {
                reason = failure.Why is { Length: > 0 } why ? why : failure.Message;
            }

            // A store that refused the pause tells nobody when it takes writes again.
            await Task.WhenAny(ended, Task.Delay(PauseAgainAfter, _host.Time, _host.Interrupts.Second));
            _host.Interrupts.Second.ThrowIfCancellationRequested();
            if (!ended.IsCompleted && told != reason)
            {
                told = reason;
                _renderer.Notice(
                    $"the pause was refused and is tried again: {reason} (Ctrl-C again kills the silo; the run goes on from its last checkpoint then)");
            }
        }

        return null;
    }

    private IReadOnlyList<string> NextCommands(RunView view)
    {
        var silo = $"{_host.Name} silo{options.DataOption}  # a server on this data; then, in another terminal:";
        if (view.State != State.Completed)
        {
            return [.. view.Experiment is { Resumable: true } ? new[] { $"{ResumeCommand}  # when what it names is mended" } : [], silo,
                $"{_host.Name} logs {view.Id}  # by worker", $"{_host.Name} describe {view.Id}  # what happened"];
        }

        var commands = new List<string>();
        if (options.Spec is { Spec.Shards: > 1 } spec)
        {
            var workers = spec.Spec.Workers.Max == 1 ? 2 : 1;
            commands.Add($"{_host.Name} run {ShellWord.Quote(spec.Path)} --workers {workers}{options.OverrideOptions}{options.DataOption}  # "
                + $"{Format.Count(workers, "worker")}: the same weights, bit for bit");
        }

        commands.Add(silo);
        commands.Add($"{_host.Name} report {view.Id}  # curves, errors and proof as one page");
        commands.Add($"{_host.Name} metrics {view.Id} --csv  # every step's loss");
        commands.Add($"{_host.Name} checkpoint verify {view.Id}  # is every byte still right?");
        return commands;
    }
}
