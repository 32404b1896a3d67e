using System.Text.Json;
using Sheaf.Client.Terminal;
using Sheaf.Client.Watching;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>One JSON object a line: submitted, state, progress, epoch, evaluation, checkpoint, note, connection; the last is completed (or left).</summary>
internal sealed class JsonRunRenderer(TextWriter output) : IRunRenderer
{
    private string _id = "";

    public Task ShowAsync(Func<Task> body) => body();

    public void Status(string text)
    {
        // Transient: nothing for a script.
    }

    public void Submitted(Experiment experiment, Uri server)
    {
        _id = experiment.Id;
        Line("submitted", json =>
        {
            json.WriteString("name", experiment.Name);
            json.WriteString("state", experiment.State.Name());
            json.WriteString("server", server.GetLeftPart(UriPartial.Authority));
            json.WriteNumber("total_steps", experiment.TotalSteps);
        });
    }

    public void Notice(string text) => Line("note", json => json.WriteString("message", text));

    public void Apply(RunView view, IReadOnlyList<RunChange> changes)
    {
        _id = view.Id;
        foreach (var change in changes)
        {
            switch (change)
            {
                case RunChange.StateChanged:
                    Line("state", json => WriteState(json, view));
                    break;
                case RunChange.Progressed progressed:
                    Line("progress", json => WriteProgress(json, view, progressed.Progress));
                    break;
                case RunChange.EpochEnded { Epoch: var epoch }:
                    Line("epoch", json => WriteEpoch(json, view, epoch));
                    break;
                case RunChange.Evaluated evaluated:
                    Line(
                        "evaluation",
                        json => ExperimentJson.WriteEvaluation(
                            json, evaluated.Evaluation, view.MetricNames, view.Experiment?.ClassNames ?? (IReadOnlyList<string>)[]));
                    break;
                case RunChange.CheckpointWritten written:
                    Line("checkpoint", json => ExperimentJson.WriteCheckpoint(json, written.Checkpoint));
                    break;
                case RunChange.Noted noted:
                    Notice(noted.Event.Message);
                    break;
                default:
                    break;
            }
        }
    }

    public void Finish(RunView view, IReadOnlyList<string> nextCommands)
    {
        _id = view.Id;
        Line("completed", json =>
        {
            json.WriteString("state", view.State.Name());
            if (view.State != State.Completed)
            {
                json.WriteString("reason", view.Reason);
            }

            json.WriteNumber("steps", view.Step);
            json.WriteString("weights_sha256", view.Result is { WeightsSha256.Length: > 0 } hashed ? hashed.WeightsSha256 : null);
            json.Number("samples_per_second", view.Result?.SamplesPerSecond);
            json.Numbers("metrics", Summary.Ordered(view.Result?.Metrics ?? Enumerable.Empty<KeyValuePair<string, double>>()));
            json.WriteString("checkpoint", view.Result is { CheckpointPath.Length: > 0 } saved ? saved.CheckpointPath : view.Checkpoint?.Path);
        });
    }

    public void Leave(RunView? view, string what, IReadOnlyList<string> commands) => Line("left", json =>
    {
        json.WriteString("message", what);
        json.WriteString("state", view?.State.Name());
        json.Number("steps", view?.Step);
        json.WriteString("checkpoint", view?.Checkpoint?.Path);
        json.Strings("commands", commands.Select(command => command.Split('#')[0].TrimEnd()));
    });

    private static void WriteState(Utf8JsonWriter json, RunView view)
    {
        json.WriteString("state", view.State.Name());
        json.WriteString("reason", view.Reason);
        json.WriteNumber("step", view.Step);
        json.WriteNumber("total_steps", view.TotalSteps);
        json.WriteNumber("workers", view.Experiment?.Workers.Count ?? 0);
    }

    private static void WriteProgress(Utf8JsonWriter json, RunView view, Progress progress)
    {
        json.WriteNumber("step", progress.Step);
        json.WriteNumber("total_steps", progress.TotalSteps);
        json.WriteNumber("epoch", view.Epoch);
        json.Number("loss", progress.Loss);
        json.Metrics(view.MetricNames, progress.Metrics);
        json.Number("steps_per_second", progress.StepsPerSecond);
        json.Number("samples_per_second", progress.SamplesPerSecond);
        json.Number("learning_rate", progress.LearningRate);
    }

    private static void WriteEpoch(Utf8JsonWriter json, RunView view, EpochSummary epoch)
    {
        json.WriteNumber("epoch", epoch.Epoch);
        json.WriteNumber("epochs", view.Epochs);
        json.Number("loss", epoch.Loss);
        json.Metrics(view.MetricNames, epoch.Metrics);
        json.WriteNumber("samples", epoch.Samples);
        json.WriteNumber("skipped", epoch.Skipped);
    }

    private void Line(string name, Action<Utf8JsonWriter> properties) => JsonLine.Write(output, name, json =>
    {
        json.WriteString("experiment", _id);
        properties(json);
    });
}
