using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>`describe` for a person.</summary>
internal static class ExperimentText
{
    private const int MostEvents = 12;
    private const int MostGenerations = 8;

    public static void Write(TextWriter output, Experiment experiment, TimeProvider time, Ink ink)
    {
        var zone = time.LocalTimeZone;
        output.WriteLine(ink.Strong(experiment.Id));
        Fact("name", experiment.Name);
        Fact("state", experiment.Reason.Length > 0 ? $"{experiment.State.Name()}: {experiment.Reason}" : experiment.State.Name());
        foreach (var trouble in experiment.Troubles)
        {
            Fact("trouble", trouble);
        }

        Fact(
            "step",
            $"{Format.Count(experiment.Step)} of {Format.Count(experiment.TotalSteps)} ({Format.Count(experiment.Epochs, "epoch")} of "
                + $"{Format.Count(experiment.StepsPerEpoch)})");
        foreach (var (name, text) in DecisionText.Facts(experiment))
        {
            Fact(name, text);
        }

        Fact(
            "skipped updates",
            experiment.SkippedSteps == 0 ? "" : $"{Format.Count(experiment.SkippedSteps)}: their loss or gradient was not finite (non_finite: skip)");
        Fact("begins with", experiment.BeginsWith);
        Fact("training rows", Format.Count(experiment.TrainingSamples));
        Fact("shards", experiment.Shards.ToString());
        Fact("reduction", experiment.Generations.Count == 0 ? experiment.Reduction : $"{experiment.Reduction} (now {experiment.Generations[^1].Reduction})");
        Fact(
            "generation",
            experiment.Generations.Count == 0
                ? experiment.Generation.ToString()
                : $"{experiment.Generation}, since step {Format.Count(experiment.Generations[^1].FromStep)}: {experiment.Generations[^1].Reason}");
        Fact("workers wanted", experiment.WantedWorkers == 0 ? "" : experiment.WantedWorkers.ToString());
        Fact("survives", experiment.Survivability?.Explanation ?? "");
        Fact("submitted", Format.Time(experiment.Submitted, zone));
        Fact("started", Format.Time(experiment.Started, zone));
        Fact("ended", Format.Time(experiment.Ended, zone));
        Fact("fingerprint", experiment.Fingerprint);
        if (experiment.Result is { } result)
        {
            foreach (var (name, value) in Summary.Ordered(result.Metrics))
            {
                Fact(name.Replace('_', ' '), Format.Metric(name, value));
            }

            Fact("training speed", $"{Format.Rate(result.SamplesPerSecond)} samples/s");
            Fact("weights", DecisionText.OfResult(experiment) ?? "");
            Fact("weights SHA-256", result.WeightsSha256);
            Fact("checkpoint", result.CheckpointPath);
        }

        Section("workers", Workers(experiment));
        Section("generations", Generations(experiment, zone));
        Section("evaluations", Evaluations(experiment));
        Section("checkpoints", CheckpointTable.Create(experiment.Checkpoints, zone));
        WriteEvents(output, experiment, zone, ink);

        void Fact(string name, string value)
        {
            if (value.Length > 0)
            {
                output.WriteLine($"  {(name + ":").PadRight(18)} {value}");
            }
        }

        void Section(string title, TextTable table)
        {
            if (table.Count > 0)
            {
                output.WriteLine();
                output.WriteLine(ink.Strong(title));
                table.Write(output, ink, "  ");
            }
        }
    }

    private static TextTable Workers(Experiment experiment)
    {
        var table = new TextTable("worker", "silo", "device", "shards");
        foreach (var worker in experiment.Workers)
        {
            var shards = worker.ShardCount == 1 ? $"{worker.FirstShard}" : $"{worker.FirstShard}-{worker.FirstShard + worker.ShardCount - 1}";
            table.Add(worker.Number.ToString(), worker.Silo, worker.Device, shards);
        }

        return table;
    }

    private static TextTable Generations(Experiment experiment, TimeZoneInfo zone)
    {
        var table = new TextTable("generation", "from step", "began", "workers", "why", "state from");
        foreach (var generation in experiment.Generations.TakeLast(MostGenerations))
        {
            table.Add(
                generation.Number.ToString(), Format.Count(generation.FromStep), Format.Time(generation.Began, zone), generation.Workers.Count.ToString(),
                    generation.Reason, generation.Origin);
        }

        return table;
    }

    private static TextTable Evaluations(Experiment experiment)
    {
        var table = new TextTable(["step", "rows", "samples", "loss", .. experiment.MetricNames]);
        foreach (var evaluation in experiment.Evaluations)
        {
            var metrics = experiment.MetricNames.Select((name, i) => i < evaluation.Metrics.Count ? Format.Metric(name, evaluation.Metrics[i]) : "-");
            table.Add([Format.Count(evaluation.Step), evaluation.Rows.Name(), Format.Count(evaluation.Samples), Format.Loss(evaluation.Loss), .. metrics]);
        }

        return table;
    }

    private static void WriteEvents(TextWriter output, Experiment experiment, TimeZoneInfo zone, Ink ink)
    {
        if (experiment.Events.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine(ink.Strong(experiment.Events.Count > MostEvents ? $"events (the last {MostEvents} of {experiment.Events.Count})" : "events"));
        foreach (var note in experiment.Events.TakeLast(MostEvents))
        {
            output.WriteLine($"  {Format.Time(note.Time, zone)}  {(note.Level is "warning" or "error" ? ink.Bad(note.Message) : note.Message)}");
        }
    }
}
