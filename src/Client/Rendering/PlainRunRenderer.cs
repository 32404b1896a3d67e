using Sheaf.Client.Terminal;
using Sheaf.Client.Watching;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>Lines for a log: each with its time, progress at most every <see cref="Every"/>.</summary>
internal sealed class PlainRunRenderer(TextWriter output, TimeProvider time, Ink ink) : IRunRenderer
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>Epochs of a small run can be shorter than a blink.</summary>
    public static readonly TimeSpan EveryEpoch = TimeSpan.FromSeconds(1);

    private long? _lastProgress;
    private long? _lastEpoch;
    private string _lastNews = "";

    public Task ShowAsync(Func<Task> body) => body();

    public void Status(string text) => Line(text);

    public void Submitted(Experiment experiment, Uri server) => Line(RunLines.Submitted(experiment, server));

    public void Notice(string text) => Line(text);

    public void Apply(RunView view, IReadOnlyList<RunChange> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case RunChange.StateChanged:
                    News(RunLines.State(view));
                    break;
                case RunChange.Progressed progressed when _lastProgress is null || time.GetElapsedTime(_lastProgress.Value) >= Every:
                    _lastProgress = time.GetTimestamp();
                    Line(RunLines.Progress(view, progressed.Progress));
                    break;
                case RunChange.EpochEnded { Epoch: var epoch } when _lastEpoch is null || epoch.Epoch == view.Epochs
                || time.GetElapsedTime(_lastEpoch.Value) >= EveryEpoch:
                    _lastEpoch = time.GetTimestamp();
                    Line(RunLines.Epoch(view, epoch));
                    break;
                case RunChange.Evaluated evaluated:
                    Line(RunLines.Evaluated(view, evaluated.Evaluation));
                    break;
                case RunChange.CheckpointWritten written:
                    Line(RunLines.Checkpoint(written.Checkpoint));
                    break;
                case RunChange.Noted noted:
                    News(noted.Event.Message);
                    break;
                default:
                    break;
            }
        }
    }

    public void Finish(RunView view, IReadOnlyList<string> nextCommands) => Summary.Write(output, view, nextCommands, ink);

    public void Leave(RunView? view, string what, IReadOnlyList<string> commands) => Summary.WriteLeave(output, view, what, commands, ink);

    // A change of state comes as the state and as an event, often in the same words.
    private void News(string text)
    {
        if (text != _lastNews)
        {
            _lastNews = text;
            Line(text);
        }
    }

    private void Line(string text)
    {
        output.WriteLine($"{TimeZoneInfo.ConvertTime(time.GetUtcNow(), time.LocalTimeZone):HH:mm:ss}  {text}");
        output.Flush();
    }
}
