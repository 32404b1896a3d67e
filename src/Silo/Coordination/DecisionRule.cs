using System.Globalization;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Coordination;

/// <summary>What follows from an evaluation of the validation rows. Pure: the same evaluations give the same decisions, on any number of workers.</summary>
internal static class DecisionRule
{
    /// <summary>Gives the decisions, and what a person should know of them.</summary>
    public static (RunDecisions Next, IReadOnlyList<string> Notes) Next(RunContext context, RunDecisions before, EvaluationRecord evaluation)
    {
        var notes = new List<string>();
        var next = before with { Evaluated = evaluation.Step };
        if (context.Spec.Schedule is ScheduleSpec.Plateau plateau)
        {
            next = Lower(next, plateau, context, evaluation, notes);
        }

        if (context.Spec.EarlyStopping is { } stopping)
        {
            next = Stop(next, stopping, context, evaluation, notes);
        }

        return (next, notes);
    }

    /// <summary>For a person: the step, and the epoch that it ends or is in.</summary>
    public static string At(RunPlan plan, long step) => step % plan.StepsPerEpoch == 0
        ? $"step {step} (the end of epoch {step / plan.StepsPerEpoch})"
        : $"step {step} (in epoch {(step / plan.StepsPerEpoch) + 1})";

    private static RunDecisions Lower(
        RunDecisions next, ScheduleSpec.Plateau plateau, RunContext context, EvaluationRecord evaluation, List<string> notes)
    {
        var value = ValueOf(context, evaluation, plateau.By);
        var before = next.RateAt(evaluation.Step) ?? context.Spec.Optimizer.LearningRate;
        var known = next.Plateau is { } memory ? new PlateauState(memory.Best, memory.Bad, memory.Cooldown) : new();
        var (state, rate) = plateau.Next(known, before, value, context.Spec.IsHigherBetter(plateau.By));
        next = next with { Plateau = new(state.Best, state.Bad, state.Cooldown) };
        if (rate == before)
        {
            return next;
        }

        notes.Add($"the learning rate is {Text(rate)} from {At(context.Plan, evaluation.Step)} on, and was {Text(before)}: {plateau.By} was on a plateau for "
            + $"{Count(plateau.Patience + 1)} (schedule plateau), the best is {Text(state.Best ?? double.NaN)}");
        return next with { Rates = [.. next.Rates, new(evaluation.Step, rate)] };
    }

    private static RunDecisions Stop(RunDecisions next, EarlyStoppingSpec stopping, RunContext context, EvaluationRecord evaluation, List<string> notes)
    {
        var value = ValueOf(context, evaluation, stopping.By);
        if (stopping.Improves(next.BestValue, value, context.Spec.IsHigherBetter(stopping.By)))
        {
            next = next with { Best = evaluation, BestValue = value, BestBefore = next.BestStep, Waited = 0 };
        }
        else
        {
            next = next with { Waited = next.Waited + 1 };
        }

        var isEnd = evaluation.Step == context.Plan.TotalSteps;
        if (next.Waited >= stopping.Patience && !isEnd)
        {
            var because = $"{stopping.By} has not improved{(stopping.MinDelta > 0 ? $" by more than {Text(stopping.MinDelta)}" : "")} for {Count(next.Waited)}";
            next = next with { StoppedAt = evaluation.Step, StoppedBecause = because };
            notes.Add($"stops early at {At(context.Plan, evaluation.Step)} of {context.Plan.TotalSteps}: {because}");
        }

        if (isEnd || next.StoppedAt is not null)
        {
            notes.Add(next is { BestStep: { } best, BestValue: { } bestValue }
                ? $"the result is the best weights, those of {At(context.Plan, best)} with {stopping.By} {Text(bestValue)}; "
                    + "the test rows are evaluated with them"
                : $"no evaluation gave a finite {stopping.By}, so that there is no best: the last weights are the result");
        }

        return next;
    }

    /// <summary>Not a number where the loss is none: outputs that are not numbers can give any metric a value that looks like one.</summary>
    private static double ValueOf(RunContext context, EvaluationRecord evaluation, string by) =>
        double.IsFinite(evaluation.Loss) ? EvaluationValues.Of(context.Spec, evaluation, by) ?? double.NaN : double.NaN;

    private static string Count(int evaluations) => evaluations == 1 ? "1 evaluation" : $"{evaluations} evaluations";

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
