using Sheaf.Client.Terminal;
using Sheaf.Client.Watching;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>What a run left behind, at its end.</summary>
internal static class Summary
{
    public static void Write(TextWriter output, RunView view, IReadOnlyList<string> nextCommands, Ink ink)
    {
        output.WriteLine();
        output.WriteLine(Headline(view, ink));
        if (view.State != State.Completed && view.Reason.Length > 0)
        {
            output.WriteLine($"  {view.Reason}");
        }

        output.WriteLine();
        foreach (var (name, value) in Facts(view))
        {
            output.WriteLine($"  {(name + ":").PadRight(22)} {value}");
        }

        WriteClasses(output, view, ink);
        WriteCommands(output, nextCommands, ink);
        output.Flush();
    }

    public static void WriteLeave(TextWriter output, RunView? view, string what, IReadOnlyList<string> commands, Ink ink)
    {
        output.WriteLine();
        output.WriteLine(ink.Strong(what));
        if (view?.Checkpoint is { } checkpoint)
        {
            output.WriteLine($"  {RunLines.Checkpoint(checkpoint)}");
        }

        WriteCommands(output, commands, ink);
        output.Flush();
    }

    /// <summary>Metrics of a result in the order a reader wants: test, validation, training, then the others.</summary>
    public static IEnumerable<KeyValuePair<string, double>> Ordered(IEnumerable<KeyValuePair<string, double>> metrics) =>
        metrics.OrderBy(m => m.Key switch
        {
            _ when m.Key.StartsWith("test_", StringComparison.Ordinal) => 0,
            _ when m.Key.StartsWith("validation_", StringComparison.Ordinal) => 1,
            _ when m.Key.StartsWith("train", StringComparison.Ordinal) => 2,
            _ => 3,
        }).ThenBy(m => m.Key, StringComparer.Ordinal);

    private static string Headline(RunView view, Ink ink)
    {
        var text = $"{view.Id} {view.State.Name()}";
        return view.State == State.Completed ? ink.Good(text) : ink.Bad(text);
    }

    private static IEnumerable<(string Name, string Value)> Facts(RunView view)
    {
        if (view.Experiment is not { } experiment)
        {
            yield break;
        }

        foreach (var (name, value) in Ordered(view.Result?.Metrics ?? Enumerable.Empty<KeyValuePair<string, double>>()))
        {
            // The textbook's numbers are compared to four decimals; accuracies read as percents.
            yield return (
                name.Replace('_', ' '),
                name is "intercept" or "slope" || name.StartsWith("slope", StringComparison.Ordinal)
                    ? value.ToString("0.00000000")
                    : Format.Metric(name, value));
        }

        yield return ("steps", $"{Format.Count(view.Step)} of {Format.Count(view.TotalSteps)} in {Format.Count(experiment.Epochs, "epoch")}");
        foreach (var fact in DecisionText.Facts(experiment).Where(fact => fact.Name != "best"))
        {
            yield return fact;
        }

        if (DecisionText.OfResult(experiment) is { } weights)
        {
            yield return ("weights", weights);
        }

        if (experiment is { Started: { } started, Ended: { } ended })
        {
            yield return ("time", Format.Duration(ended.ToDateTimeOffset() - started.ToDateTimeOffset()) + Training(view.Result));
        }

        if (view.Result is { SamplesPerSecond: > 0 } result)
        {
            yield return ("training speed", $"{Format.Rate(result.SamplesPerSecond)} samples/s");
        }

        if (view.Result is { WeightsSha256.Length: > 0 } hashed)
        {
            yield return ("weights SHA-256", hashed.WeightsSha256);
        }

        var checkpoint = view.Result is { CheckpointPath.Length: > 0 } saved ? saved.CheckpointPath : view.Checkpoint?.Path;
        yield return ("checkpoint", checkpoint ?? "none");
    }

    private static string Training(Result? result) =>
        result is { TrainingSeconds: > 0 } ? $" ({result.TrainingSeconds:0.0} s of it in training steps)" : "";

    private static void WriteClasses(TextWriter output, RunView view, Ink ink)
    {
        if (view.Test is not { Classes.Count: > 0 } test)
        {
            return;
        }

        var table = new TextTable("class", "correct", "samples", "accuracy");
        for (var i = 0; i < test.Classes.Count; i++)
        {
            var count = test.Classes[i];
            var name = view.Experiment is { } e && i < e.ClassNames.Count ? e.ClassNames[i] : i.ToString();
            table.Add(
                name,
                Format.Count(count.Correct),
                Format.Count(count.Samples),
                count.Samples == 0 ? "-" : Format.Metric("accuracy", (double)count.Correct / count.Samples));
        }

        output.WriteLine();
        output.WriteLine(ink.Strong("  test accuracy by class"));
        table.Write(output, ink, "  ");
    }

    private static void WriteCommands(TextWriter output, IReadOnlyList<string> commands, Ink ink)
    {
        if (commands.Count == 0)
        {
            return;
        }

        var width = commands.Max(c => c.IndexOf('#', StringComparison.Ordinal));
        output.WriteLine();
        output.WriteLine(ink.Strong("  next"));
        foreach (var command in commands)
        {
            var comment = command.IndexOf('#', StringComparison.Ordinal);
            output.WriteLine("  " + (comment < 0 ? command : command[..comment].PadRight(width) + ink.Dim(command[comment..])));
        }
    }
}
