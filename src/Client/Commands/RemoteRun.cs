using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Rendering;
using Sheaf.Client.TensorBoard;
using Sheaf.Client.Watching;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

/// <summary>Follows a run of somebody's server: `watch`, and `submit --follow`. Ctrl-C detaches and harms nothing.</summary>
internal static class RemoteRun
{
    /// <param name="invocation">The verb's call.</param>
    /// <param name="server">Where the run is.</param>
    /// <param name="id">The experiment.</param>
    /// <param name="submitted">The answer to a submit just made; <c>null</c>: the run is older.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> FollowAsync(Invocation invocation, ServerConnection server, string id, Experiment? submitted)
    {
        var renderer = invocation.Renderer();
        var board = BoardFeed.Of(invocation.Parsed.GetValue(FollowOptions.TensorBoard), server, id, invocation.Host.Time, renderer.Notice);
        var follower = new Follower(renderer, board);
        var watch = new RunWatch(server, id, invocation.Host.Time)
        {
            ConnectionChanged = wait => renderer.Notice(wait is { } time ? RunLines.ConnectionLost(time) : "the server is back"),
        };
        var detached = false;
        await using var lost = invocation.Host.Output.Lost.Register(
            () => invocation.Host.Output.TellThatWorkGoesOn(invocation.Host.Error, $"{id} is followed until it ends; Ctrl-C detaches"));
        await renderer.ShowAsync(async () =>
        {
            try
            {
                if (submitted is not null)
                {
                    renderer.Submitted(submitted, server.Server);
                }

                await follower.FollowAsync(watch, new RunView(id), _ => false, invocation.Interrupted);
            }
            catch (OperationCanceledException) when (invocation.Interrupted.IsCancellationRequested)
            {
                detached = true;
            }
        });
        if (detached)
        {
            renderer.Leave(follower.View, $"Detached. {id} goes on without you.", [invocation.Hint($"watch {id}"), invocation.Hint($"cancel {id}")]);
            return ExitCode.Interrupted;
        }

        var view = follower.View!;
        renderer.Finish(view, NextCommands(invocation, view));
        return view.State == State.Completed ? ExitCode.Ok : ExitCode.RunFailed;
    }

    private static IReadOnlyList<string> NextCommands(Invocation invocation, RunView view) => view.State == State.Completed
        ?
        [
            $"{invocation.Hint($"describe {view.Id}")}  # everything about this run",
            $"{invocation.Hint($"report {view.Id}")}  # curves, errors and proof as one page",
            $"{invocation.Hint($"metrics {view.Id} --csv")}  # every step's loss",
            $"{invocation.Hint($"checkpoint download {view.Id} --to DIR")}  # the weights, as safetensors",
        ]
        :
        [
            .. view.Experiment is { Resumable: true } ? new[] { $"{invocation.Hint($"resume {view.Id}")}  # when what it names is mended" } : [],
            $"{invocation.Hint($"describe {view.Id}")}  # what happened",
            $"{invocation.Hint($"logs {view.Id}")}  # by worker",
        ];
}
