using Sheaf.Client.Charts;
using Sheaf.Client.Terminal;
using Sheaf.Client.Watching;
using Sheaf.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sheaf.Client.Rendering;

/// <summary>
/// For a terminal: a few lines that are redrawn in place (bars, speed, losses), with evaluations and events scrolling by above them.
/// Thread-safe: updates come from the stream, notices from a signal.
/// </summary>
/// <param name="console">Draws.</param>
/// <param name="output">Gets the summary.</param>
/// <param name="width">The terminal's columns now; asked before each drawing, since a window may be resized.</param>
/// <param name="ink">For the summary.</param>
internal sealed class LiveRunRenderer(IAnsiConsole console, TextWriter output, Func<int> width, Ink ink) : IRunRenderer
{
    /// <summary>In fewer lines a chart would push the numbers off the screen.</summary>
    private const int LowestWithChart = 18;

    private const int LowestHeight = 3;
    private const int UsualHeight = 24;

    private readonly Lock _lock = new();
    private readonly LossHistory _losses = new();
    private LiveDisplayContext? _screen;
    private RunView? _view;
    private string _status = "";
    private string _lastNews = "";

    public Task ShowAsync(Func<Task> body)
    {
        // The library fails in fewer lines, and some terminals say that they have none.
        if (console.Profile.Height < LowestHeight)
        {
            console.Profile.Height = UsualHeight;
        }

        return console.Live(Picture(null, "", 80, unicode: false)).AutoClear(true).StartAsync(async screen =>
        {
            _screen = screen;
            try
            {
                await body();
            }
            finally
            {
                _screen = null;
            }
        });
    }

    public void Status(string text)
    {
        lock (_lock)
        {
            _status = text;
            Draw();
        }
    }

    public void Submitted(Experiment experiment, Uri server)
    {
        lock (_lock)
        {
            Print(RunLines.Submitted(experiment, server));
            _status = "waiting for the first step";
            Draw();
        }
    }

    public void Notice(string text)
    {
        lock (_lock)
        {
            Print(text);
        }
    }

    public void Apply(RunView view, IReadOnlyList<RunChange> changes)
    {
        lock (_lock)
        {
            _view = view;
            _status = "";
            foreach (var change in changes)
            {
                switch (change)
                {
                    case RunChange.StateChanged:
                        News(RunLines.State(view));
                        break;
                    case RunChange.Progressed progressed:
                        _losses.Trained(progressed.Progress.Step, progressed.Progress.Loss);
                        break;
                    case RunChange.Evaluated evaluated:
                        Learn(evaluated.Evaluation);
                        Print(RunLines.Evaluated(view, evaluated.Evaluation));
                        break;
                    case RunChange.Noted noted:
                        News(noted.Event.Message);
                        break;
                    default:
                        break;
                }
            }

            Draw();
        }
    }

    public void Finish(RunView view, IReadOnlyList<string> nextCommands) => Summary.Write(output, view, nextCommands, ink);

    public void Leave(RunView? view, string what, IReadOnlyList<string> commands) => Summary.WriteLeave(output, view, what, commands, ink);

    /// <summary>The lines that are redrawn.</summary>
    /// <param name="losses">Null: no chart.</param>
    public static IRenderable Picture(RunView? view, string status, int width, bool unicode, LossHistory? losses = null)
    {
        // Never fewer than two lines: the library moves the cursor up by the height less one, and terminals take "up 0" for "up 1".
        var lines = new List<IRenderable> { new Text(" ") };
        if (view?.Experiment is { } experiment)
        {
            lines.Add(new Markup(
                $"[bold]{Markup.Escape(view.Id)}[/]  {view.State.Name()}  [dim]{(experiment.Workers.Count > 0 ? RunLines.Workers(experiment) : "")}[/]"));
            if (view.StepsPerEpoch > 0)
            {
                var bar = Math.Clamp(width - 30, 10, 60);
                lines.Add(new Markup($"epoch {view.Epoch}/{view.Epochs}".PadRight(14) + Bar(view.EpochFraction, bar, unicode)
                    + $" {view.EpochFraction * 100,3:0} %"));
            }

            lines.AddRange(Numbers(view));
            lines.AddRange(losses is null ? [] : LossPicture.Of(losses, width, unicode));
        }

        if (status.Length > 0 || lines.Count == 1)
        {
            lines.Add(new Markup($"[yellow]{Markup.Escape(status)} [/]"));
        }

        return new Spectre.Console.Rows(lines);
    }

    private static IEnumerable<IRenderable> Numbers(RunView view)
    {
        if (view.Progress is { } progress)
        {
            var left = view.TimeLeft is { } time ? $"   left {Format.Duration(time)}" : "";
            yield return new Text(
                $"step {Format.Count(progress.Step)}/{Format.Count(progress.TotalSteps)}   {Format.Rate(progress.StepsPerSecond)} steps/s   "
                + $"{Format.Rate(progress.SamplesPerSecond)} samples/s{left}");
            yield return new Text($"training      {RunLines.Scores(progress.Loss, progress.Metrics, view.MetricNames)}");
        }

        if (view.Validation is { } validation)
        {
            yield return new Text($"validation    {RunLines.Scores(validation.Loss, validation.Metrics, view.MetricNames)}");
        }
    }

    private static string Bar(double fraction, int width, bool unicode)
    {
        var full = (int)Math.Round(fraction * width);
        var (done, rest) = unicode ? ('━', '━') : ('#', '.');
        return $"[green]{new string(done, full)}[/][grey]{new string(rest, width - full)}[/]";
    }

    // A change of state comes as the state and as an event, often in the same words.
    private void News(string text)
    {
        if (text != _lastNews)
        {
            _lastNews = text;
            Print(text);
        }
    }

    private void Learn(Evaluation evaluation)
    {
        if (evaluation.Rows == V1.Rows.Validation)
        {
            _losses.Validated(evaluation.Step, evaluation.Loss);
        }
    }

    private void Print(string text) => console.Write(new Text(text + Environment.NewLine));

    private void Draw()
    {
        console.Profile.Width = Math.Max(20, width());
        var losses = console.Profile.Height >= LowestWithChart ? _losses : null;
        _screen?.UpdateTarget(Picture(_view, _status, console.Profile.Width, console.Profile.Capabilities.Unicode, losses));
    }
}
