using Sheaf.Client.Charts;
using Sheaf.Client.Terminal;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sheaf.Client.Rendering;

/// <summary>The losses so far as a small chart for a terminal.</summary>
internal static class LossPicture
{
    private const int Lines = 6;
    private const int NarrowestTerminal = 50;
    private const int WidestChart = 90;

    private static readonly string[] Colours = ["green", "yellow"];

    /// <summary>Nothing before there are two points to join, or where a terminal is too narrow.</summary>
    public static IEnumerable<IRenderable> Of(LossHistory history, int width, bool unicode)
    {
        if (history.Training.Count < 2 || width < NarrowestTerminal)
        {
            yield break;
        }

        double[] steps = [.. history.Training.Concat(history.Validation).Select(point => point.X)];
        double[] losses = [.. history.Training.Concat(history.Validation).Select(point => point.Y)];
        var y = Axis.Fitting(losses);
        var (low, high) = (losses.Min(), losses.Max());
        y = y with { Low = low, High = high > low ? high : low + 1 };
        var x = new Axis(steps.Min(), Math.Max(steps.Max(), steps.Min() + 1), [], IsLog: false);
        string[] labels = [Format.Loss(high), Format.Loss(low)];
        var margin = labels.Max(label => label.Length);
        var cells = LetterChart.Cells([history.Training, history.Validation], x, y, Math.Min(WidestChart, width - margin - 4), Lines, unicode);
        var side = unicode ? '│' : '|';
        for (var line = 0; line < Lines; line++)
        {
            var label = line == 0 ? labels[0] : line == Lines - 1 ? labels[1] : "";
            yield return new Markup($"[dim]{label.PadLeft(margin)} {side}[/]{Painted(cells[line])}");
        }

        var kinds = history.Validation.Count == 0 ? "[green]training[/]" : "[green]training[/], [yellow]validation[/]";
        yield return new Markup($"[dim]{new string(' ', margin)}  loss{(y.IsLog ? " (logarithmic)" : "")}, steps {Format.Count((long)x.Low)} to "
            + $"{Format.Count((long)x.High)}:[/] {kinds}");
    }

    private static string Painted((char Letter, int Curve)[] line)
    {
        var text = "";
        foreach (var run in Runs(line))
        {
            var letters = Markup.Escape(LetterChart.Text(run));
            text += run[0].Curve < 0 ? letters : $"[{Colours[run[0].Curve]}]{letters}[/]";
        }

        return text;
    }

    private static IEnumerable<(char Letter, int Curve)[]> Runs((char Letter, int Curve)[] line)
    {
        for (int from = 0, to = 1; to <= line.Length; to++)
        {
            if (to == line.Length || line[to].Curve != line[from].Curve)
            {
                yield return line[from..to];
                from = to;
            }
        }
    }
}
