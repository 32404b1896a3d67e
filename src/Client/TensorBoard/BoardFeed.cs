using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Watching;
using Sheaf.V1;

namespace Sheaf.Client.TensorBoard;

/// <summary>
/// Brings an experiment's numbers into event files while it is followed: what the files lack is asked for, at most once a second and at the end. What keeps
/// it from that is said once, and does not end the following.
/// </summary>
/// <param name="server">Has the numbers.</param>
/// <param name="id">The experiment.</param>
/// <param name="folder">What TensorBoard is given.</param>
/// <param name="time">Of the entries.</param>
/// <param name="notice">Is told what went wrong.</param>
internal sealed class BoardFeed(ServerConnection server, string id, string folder, TimeProvider time, Action<string> notice) : IRunObserver
{
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(1);

    private long? _last;
    private bool _failed;

    /// <summary>The observer of a verb's <c>--tensorboard</c>; null: nobody asked for it.</summary>
    public static BoardFeed? Of(string? folder, ServerConnection server, string id, TimeProvider time, Action<string> notice) =>
        folder is null ? null : new(server, id, Path.GetFullPath(folder), time, notice);

    public async Task SeeAsync(RunView view, CancellationToken cancellation)
    {
        if (_failed || (!view.Ended && _last is { } last && time.GetElapsedTime(last) < AtLeast))
        {
            return;
        }

        _last = time.GetTimestamp();
        try
        {
            await WriteAsync(cancellation);
        }
        catch (CliException failure) when (!view.Ended && failure.ExitCode is ExitCode.Unreachable or ExitCode.NotNow)
        {
            // A server that is away for a moment; the next time brings it all.
        }
        catch (CliException failure)
        {
            Fail(failure.Why is { Length: > 0 } why ? why : failure.Message);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fail(failure.Message);
        }
    }

    /// <summary>All that the files lack.</summary>
    /// <returns>The folder of the experiment, and how many steps it got.</returns>
    public async Task<(string Folder, long Steps)> WriteAsync(CancellationToken cancellation)
    {
        var experiment = await server.CallAsync(
            $"read the metrics of {id}", options => server.Experiments.DescribeAsync(new DescribeRequest { ExperimentId = id }, options), cancellation);
        using var board = BoardFolder.Open(folder, experiment);
        var count = 0L;
        var request = new MetricsRequest { ExperimentId = id, FromStep = board.NextStep };
        await foreach (var step in server.StreamAsync(
            $"read the metrics of {id}", options => server.Experiments.Metrics(request, options), cancellation))
        {
            board.Append(step, time.GetUtcNow());
            count++;
        }

        board.Append(experiment.Evaluations, time.GetUtcNow());
        board.Flush();
        return (board.Root, count);
    }

    private void Fail(string why)
    {
        _failed = true;
        notice($"no more is written for TensorBoard: {why}");
    }
}
