using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Losses;
using Sheaf.Training.Metrics;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;
using Sheaf.Training.UserCode;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// A model with the weights of a checkpoint, for predictions on a core: in the batches of an evaluation, so that its outputs have an evaluation's bits. Used
/// by one thread at a time.
/// </summary>
public sealed class Predictor : IDisposable
{
    private readonly FlatModel _model;
    private readonly Loss _loss;
    private readonly int _outputs;
    private readonly int _scores;

    /// <param name="facts">Of the data that the experiment was submitted with.</param>
    /// <exception cref="InvalidOperationException">The checkpoint's weights are not those of the spec's model; the message names them.</exception>
    /// <param name="packages">Where classes of the user's own are; null: the spec has none.</param>
    public Predictor(ExperimentSpec spec, DataFacts facts, CheckpointSnapshot checkpoint, Packages? packages = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(checkpoint);
        ComputeThreads.LimitToOne();
        var plan = ModelShapes.Plan(spec, facts);
        (_outputs, _scores) = (plan.OutputWidth, plan.ScoreWidth);
        _loss = Loss.Of(spec.Loss, _scores, facts.UserCode, packages, plan.Places);
        var module = ModelBuilder.Build(spec, plan, new StepContext(spec.Seed), ComputeDevice.Cpu, facts, packages);
        _model = new FlatModel(module, own: spec.Model.IsOfUser ? plan : null);
        SnapshotCodec.RestoreWeights(checkpoint.Weights, _model);
        _model.Module.eval();
    }

    /// <summary>Of the model, for one row, or for one place of it where a class is predicted at several.</summary>
    public int Outputs => _scores;

    /// <summary>Whether the outputs mean probabilities, which only those of one place are given as.</summary>
    public bool HasProbabilities => _loss.Places == 1 && _loss.Probabilities(new float[_outputs], new double[_outputs]);

    /// <summary>Row after row.</summary>
    /// <param name="withTargets">The rows' targets are known.</param>
    public IEnumerable<Prediction> Predict(RowSet rows, bool withTargets, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rows);
        for (var done = 0; done < rows.Count; done += ModelShapes.EvaluationRows)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var prediction in Batch(rows, done, Math.Min(ModelShapes.EvaluationRows, rows.Count - done), withTargets))
            {
                yield return prediction;
            }
        }
    }

    public void Dispose() => _model.Dispose();

    private Prediction[] Batch(RowSet rows, int start, int count, bool withTargets)
    {
        ComputeThreads.LimitToOne();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var picked = Enumerable.Range(start, count).ToArray();
        using var input = new ShardInput(rows, count, _loss.WantsClasses && withTargets);
        picked.CopyTo(input.Rows(count));
        input.Gather(count, out var features, out _);
        var outputs = MemoryMarshal.Cast<byte, float>(_model.Forward(features).contiguous().bytes);
        var targets = withTargets ? TargetsOf(rows, picked) : [];
        var predicted = new Prediction[count];
        for (var row = 0; row < count; row++)
        {
            predicted[row] = Of(rows.IdAt(picked[row]), outputs.Slice(row * _outputs, _outputs), withTargets ? targets[row] : []);
        }

        return predicted;
    }

    private Prediction Of(int id, ReadOnlySpan<float> outputs, double[] targets)
    {
        var probabilities = new double[_outputs];
        return new()
        {
            Id = id,
            Targets = targets,
            Predicted = Predicted(outputs),
            Probabilities = _loss.Places == 1 && _loss.Probabilities(outputs, probabilities) ? probabilities : [],
        };
    }

    private double[] Predicted(ReadOnlySpan<float> outputs)
    {
        switch (_loss.Spec.Predicts)
        {
            case PredictionKind.Class:
                var best = new double[_loss.Places];
                for (var place = 0; place < best.Length; place++)
                {
                    best[place] = LargestOf(outputs.Slice(place * _scores, _scores));
                }

                return best;
            case PredictionKind.YesOrNo:
                var yes = new double[outputs.Length];
                for (var i = 0; i < yes.Length; i++)
                {
                    yes[i] = float.IsNaN(outputs[i]) ? double.NaN : outputs[i] > _loss.Threshold ? 1 : 0;
                }

                return yes;
            default:
                var numbers = new float[_loss.Targets];
                _loss.Predict(outputs, numbers);
                return Array.ConvertAll(numbers, number => (double)number);
        }
    }

    /// <summary>The first of the largest scores, as metrics count it; NaN where one is not a number.</summary>
    private static double LargestOf(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i]))
            {
                return double.NaN;
            }

            best = scores[i] > scores[best] ? i : best;
        }

        return best;
    }

    private double[][] TargetsOf(RowSet rows, int[] picked)
    {
        if (_loss.WantsClasses)
        {
            var classes = new long[picked.Length * rows.ClassTargets];
            rows.GatherClasses(picked, classes);
            return [.. classes.Select(each => (double)each).Chunk(rows.ClassTargets)];
        }

        var values = new float[picked.Length * rows.TargetWidth];
        rows.GatherTargets(picked, values);
        return [.. values.Select(value => (double)value).Chunk(rows.TargetWidth)];
    }
}
