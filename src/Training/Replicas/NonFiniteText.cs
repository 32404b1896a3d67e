using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Models;
using Sheaf.Training.Optimization;

namespace Sheaf.Training.Replicas;

/// <summary>Names the first value of a step that is not finite. {step} stands for the step.</summary>
internal static class NonFiniteText
{
    /// <param name="total">Gradient, then buffers, then the rest of a reduction.</param>
    /// <param name="loss">Of the step.</param>
    public static string OfReduced(FlatModel model, ReadOnlySpan<float> total, double loss)
    {
        if (!double.IsFinite(loss))
        {
            return $"The loss of {{step}} is {loss}; it must be finite.";
        }

        var place = 0;
        while (place < total.Length && float.IsFinite(total[place]))
        {
            place++;
        }

        return place < model.WeightCount
            ? $"The gradient of {{step}} is not finite: that of {model.NameOfWeight(place)} is {total[place]} (loss {loss})."
            : $"The statistics of {{step}} are not finite: {model.NameOfBuffer(place - model.WeightCount)} would become "
                + $"{total[Math.Min(place, total.Length - 1)]} (loss {loss}).";
    }

    /// <summary>The snapshot, which is one to go on from.</summary>
    /// <exception cref="TrainingException">A value in it is not finite; the message names the first.</exception>
    /// <param name="constants">Names of what no step changes, which is not looked at.</param>
    public static CheckpointSnapshot Checked(CheckpointSnapshot snapshot, IReadOnlySet<string> constants)
    {
        foreach (var array in snapshot.Weights.Concat(snapshot.Optimizer).Where(array => array.Type == ArrayType.Float32 && !constants.Contains(array.Name)))
        {
            var values = MemoryMarshal.Cast<byte, float>(array.Data.Span);
            if (!values.IsEmpty && !TensorPrimitives.IsFiniteAll(values))
            {
                throw new TrainingException(
                    $"The state before step {snapshot.Step} is no checkpoint: '{array.Name}' has values that are not finite. Resume from an earlier one.",
                    snapshot.Step,
                    null);
            }
        }

        return snapshot;
    }

    public static string OfUpdate(FlatModel model, UpdateGuard.Ruined ruined, double rate) =>
        $"The update of {{step}} is refused: {model.NameOfWeight(ruined.Place)}{(ruined.State is { } state ? $" would have the {state}" : " would become")} "
            + $"{ruined.Value} at the learning rate {rate:R}.";

    /// <summary>What ends a run whose policy does not skip the step.</summary>
    public static TrainingException Failure(long step, string what) => new(
        $"{what.Replace("{step}", $"step {step}", StringComparison.Ordinal)} Lower the learning rate, set clip_norm, or set non_finite: skip.",
        step,
        null);
}
