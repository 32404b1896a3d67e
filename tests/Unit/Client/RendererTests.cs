using System.Text.Json;
using Sheaf.Client.Charts;
using Sheaf.Client.Rendering;
using Sheaf.Client.Watching;
using Sheaf.V1;
using Spectre.Console;
using Spectre.Console.Rendering;
using Rows = Sheaf.V1.Rows;

namespace Sheaf.Tests.Unit.Client;

public sealed class RendererTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly FakeTimeProvider _time = new(Samples.Start);

    [Fact]
    public void Plain_ManyProgresses_WritesTheFirstAndOneEveryFiveSeconds()
    {
        var renderer = new PlainRunRenderer(_output, _time, default);
        var view = Play(renderer, new RunView(Samples.Id), Samples.Update(0, Samples.Experiment(State.Running)));
        for (var step = 1; step <= 8; step++)
        {
            view = Play(renderer, view, Samples.Update(step, Samples.Progress(step)));
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(
            [
                "12:00:00  running on 2 workers, 4 shards",
                "12:00:00  step 1/20  epoch 1/2  loss 0.5000  accuracy 75.00 %  2.00 steps/s  128 samples/s  left 0:10",
                "12:00:06  step 4/20  epoch 1/2  loss 0.5000  accuracy 75.00 %  2.00 steps/s  128 samples/s  left 0:08",
                "12:00:12  step 7/20  epoch 1/2  loss 0.5000  accuracy 75.00 %  2.00 steps/s  128 samples/s  left 0:06",
            ], Lines());
    }

    [Fact]
    public void Live_LossesAreAChartUnderTheNumbers()
    {
        var losses = new LossHistory();
        foreach (var step in Enumerable.Range(1, 20))
        {
            losses.Trained(step, 1.0 / step);
        }

        losses.Validated(20, 0.5);
        var (view, _) = new RunView(Samples.Id).Apply(Samples.Update(0, Samples.Experiment(State.Running)));

        var with = Drawn(LiveRunRenderer.Picture(view, "", 80, unicode: true, losses));
        var without = Drawn(LiveRunRenderer.Picture(view, "", 80, unicode: true));
        var narrow = Drawn(LiveRunRenderer.Picture(view, "", 49, unicode: true, losses));

        Assert.Equal(7, with.Length - without.Length);
        Assert.Contains("1.000 │", with[^7], StringComparison.Ordinal);
        Assert.Contains("0.05000 │", with[^2], StringComparison.Ordinal);
        Assert.Contains("loss, steps 1 to 20: training, validation", with[^1], StringComparison.Ordinal);
        Assert.Equal(without.Length, narrow.Length);
    }

    private string[] Drawn(IRenderable picture)
    {
        var output = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = 80;
        console.Write(picture);
        return output.ToString().TrimEnd('\n').Split('\n');
    }

    [Fact]
    public void Plain_EpochsAndEvaluations_GetALineEachWhateverTheTime()
    {
        var renderer = new PlainRunRenderer(_output, _time, default);
        var view = new RunView(Samples.Id);
        foreach (var update in (Update[])[
            Samples.Update(0, Samples.Experiment(State.Running)), Samples.Update(1, Samples.Progress(9)), Samples.Epoch(2, 1, 0.4),
            Samples.Update(3, Samples.Evaluation(10, Rows.Validation, 0.45, 0.8)), Samples.Update(4, Samples.Checkpoint(10))])
        {
            view = Play(renderer, view, update);
        }

        Assert.Equal(
            [
                "12:00:00  epoch 1/2 done: training loss 0.4000, accuracy 75.00 % (640 samples)",
                "12:00:00  epoch 1/2: validation loss 0.4500, accuracy 80.00 % (100 samples)",
                "12:00:00  checkpoint at step 10: /data/checkpoints/step-10",
            ], Lines()[2..]);
    }

    [Fact]
    public void Plain_EpochsShorterThanABlink_GetALineASecond()
    {
        var renderer = new PlainRunRenderer(_output, _time, default);
        var view = Play(renderer, new RunView(Samples.Id), Samples.Update(0, Samples.Experiment(State.Running)));
        foreach (var epoch in (int[])[-1, 0, 1, 2])
        {
            view = Play(renderer, view, Samples.Epoch(epoch + 2, epoch, 0.4));
        }

        // The last one always has its line.
        Assert.Equal(
            ["12:00:00  epoch -1/2 done", "12:00:00  epoch 2/2 done"],
            Lines().Where(line => line.Contains("done:", StringComparison.Ordinal)).Select(
                line => line.Split(':')[0] + ":" + string.Join(':', line.Split(':')[1..3])));
    }

    [Fact]
    public void Plain_StateThatComesAsAnEventToo_IsWrittenOnce()
    {
        var renderer = new PlainRunRenderer(_output, _time, default);
        var view = Play(renderer, new RunView(Samples.Id), Samples.Update(0, Samples.Experiment(State.Recovering, reason: "worker 1 is lost")));

        Play(renderer, view, new Update { Sequence = 1, Event = new Event { Message = "recovering: worker 1 is lost" } });

        Assert.Equal(["12:00:00  recovering: worker 1 is lost"], Lines());
    }

    [Fact]
    public void Plain_Finish_PrintsAccuracyClassesHashCheckpointAndCommands()
    {
        var renderer = new PlainRunRenderer(_output, _time, default);
        var (view, _) = new RunView(Samples.Id).Apply(Samples.Update(1, Samples.Completed()));

        renderer.Finish(view, ["./sheaf list  # all"]);

        var text = _output.ToString();
        Assert.Contains("lenet-3f2a9c completed", text, StringComparison.Ordinal);
        Assert.Matches(@"test accuracy: +90\.00 %", text);
        Assert.Matches(@"time: +1:23 \(80\.5 s of it in training steps\)", text);
        Assert.Matches(@"weights SHA-256: +abc123", text);
        Assert.Matches(@"checkpoint: +/data/checkpoints/step-20", text);
        Assert.Matches(@"shirt +8 +10 +80\.00 %\n +shoe +10 +10 +100\.00 %", text);
        Assert.Contains("./sheaf list  # all", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("test accuracy", StringComparison.Ordinal) < text.IndexOf("validation accuracy", StringComparison.Ordinal));
    }

    [Fact]
    public void Summary_OfALinearRegression_PrintsTheLineToEightDecimals()
    {
        var experiment = Samples.Experiment(State.Completed, step: 20);
        experiment.Result = new Result { Metrics = { ["intercept"] = 1.02354075, ["slope"] = 1.96896447 } };
        var (view, _) = new RunView(Samples.Id).Apply(Samples.Update(1, experiment));

        Summary.Write(_output, view, [], default);

        Assert.Matches(@"intercept: +1\.02354075", _output.ToString());
        Assert.Matches(@"slope: +1\.96896447", _output.ToString());
    }

    [Fact]
    public void Json_LastLine_IsCompletedWithEveryKeyThatScriptsNeed()
    {
        var renderer = new JsonRunRenderer(_output);
        var view = Play(renderer, new RunView(Samples.Id), Samples.Update(1, Samples.Completed()));

        renderer.Finish(view, ["ignored"]);

        var last = JsonDocument.Parse(Lines()[^1]).RootElement;
        Assert.Equal(
            ["event", "experiment", "state", "steps", "weights_sha256", "samples_per_second", "metrics", "checkpoint"],
            last.EnumerateObject().Select(p => p.Name));
        Assert.Equal("completed", last.GetProperty("event").GetString());
        Assert.Equal(
            (Samples.Id, "completed", 20),
            (last.GetProperty("experiment").GetString(), last.GetProperty("state").GetString(), last.GetProperty("steps").GetInt64()));
        Assert.Equal(0.9, last.GetProperty("metrics").GetProperty("test_accuracy").GetDouble());
        Assert.Equal("/data/checkpoints/step-20", last.GetProperty("checkpoint").GetString());
    }

    [Fact]
    public void Json_OfAFailedRun_SaysTheReasonAndTheCheckpointThatIsLeft()
    {
        var experiment = Samples.Experiment(State.Failed, step: 7, reason: "the loss is NaN at step 7");
        experiment.Checkpoints.Add(Samples.Checkpoint(5));
        var renderer = new JsonRunRenderer(_output);
        var view = Play(renderer, new RunView(Samples.Id), Samples.Update(1, experiment));

        renderer.Finish(view, []);

        var last = JsonDocument.Parse(Lines()[^1]).RootElement;
        Assert.Equal(("completed", "failed", "the loss is NaN at step 7"),
            (last.GetProperty("event").GetString(), last.GetProperty("state").GetString(), last.GetProperty("reason").GetString()));
        Assert.Equal(JsonValueKind.Null, last.GetProperty("weights_sha256").ValueKind);
        Assert.Equal("/data/checkpoints/step-5", last.GetProperty("checkpoint").GetString());
    }

    [Fact]
    public void Json_LossThatIsNaN_IsNull()
    {
        var renderer = new JsonRunRenderer(_output);
        var view = Play(renderer, new RunView(Samples.Id), Samples.Update(0, Samples.Experiment(State.Running)));

        Play(renderer, view, Samples.Update(1, Samples.Progress(3, loss: double.NaN)));

        var progress = JsonDocument.Parse(Lines()[^1]).RootElement;
        Assert.Equal("progress", progress.GetProperty("event").GetString());
        Assert.Equal(JsonValueKind.Null, progress.GetProperty("loss").ValueKind);
        Assert.Equal(0.75, progress.GetProperty("metrics").GetProperty("accuracy").GetDouble());
    }

    [Fact]
    public async Task Live_Update_DrawsBarSpeedAndLossesAndScrollsEvaluations()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(_output), Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.No, ColorSystem = ColorSystemSupport.NoColors,
        });
        var renderer = new LiveRunRenderer(console, _output, () => 100, default);
        await renderer.ShowAsync(() =>
        {
            var view = Play(renderer, new RunView(Samples.Id), Samples.Update(0, Samples.Experiment(State.Running)));
            view = Play(renderer, view, Samples.Update(1, Samples.Progress(5)));
            Play(renderer, view, Samples.Update(2, Samples.Evaluation(10, Rows.Validation, 0.45, 0.8)));
            return Task.CompletedTask;
        });

        var text = _output.ToString();
        Assert.Contains("epoch 1/2", text, StringComparison.Ordinal);
        Assert.Contains("step 5/20   2.00 steps/s   128 samples/s   left 0:08", text, StringComparison.Ordinal);
        Assert.Contains("training      loss 0.5000, accuracy 75.00 %", text, StringComparison.Ordinal);
        Assert.Contains("validation    loss 0.4500, accuracy 80.00 %", text, StringComparison.Ordinal);
        Assert.Contains("epoch 1/2: validation loss 0.4500", text, StringComparison.Ordinal);
        // A terminal takes it for "up 1", which would eat the line above.
        Assert.DoesNotContain("\e[0A", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    public async Task Live_OnATerminalOfAnyHeight_Draws(int height)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new SizedOutput(_output, height), Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.No, ColorSystem = ColorSystemSupport.NoColors,
        });
        var renderer = new LiveRunRenderer(console, _output, () => 100, default);

        await renderer.ShowAsync(() =>
        {
            var view = Play(renderer, new RunView(Samples.Id), Samples.Update(0, Samples.Experiment(State.Running)));
            Play(renderer, view, Samples.Update(1, Samples.Progress(5)));
            return Task.CompletedTask;
        });

        Assert.Contains("\e[", _output.ToString(), StringComparison.Ordinal);
    }

    private static RunView Play(IRunRenderer renderer, RunView view, Update update)
    {
        var (next, changes) = view.Apply(update);
        renderer.Apply(next, changes);
        return next;
    }

    private string[] Lines() => _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private sealed class SizedOutput(TextWriter writer, int height) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => 80;

        public int Height => height;

        public void SetEncoding(System.Text.Encoding encoding)
        {
            // What it writes to has its own.
        }
    }
}
