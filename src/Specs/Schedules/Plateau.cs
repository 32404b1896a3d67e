using Sheaf.Specs.Schedules;
using Sheaf.Specs.Schema;

namespace Sheaf.Specs;

public abstract partial record ScheduleSpec
{
    /// <summary>
    /// torch.optim.lr_scheduler.ReduceLROnPlateau: the rate is multiplied by <paramref name="Factor"/> when evaluations of the validation rows show no
    /// improvement. No function of the step: the coordinator decides at each evaluation (<see cref="Next"/>) and records it.
    /// </summary>
    /// <param name="By"><c>validation_loss</c>, or <c>validation_</c> and a metric of the spec.</param>
    /// <param name="Patience">Evaluations in a row without an improvement that are let pass; the next one lowers the rate.</param>
    /// <param name="Threshold">How much better a value must be to count.</param>
    /// <param name="Cooldown">Evaluations after a lowering in which nothing is counted.</param>
    /// <param name="Min">The lowest rate.</param>
    public sealed record Plateau(
        string By = "validation_loss",
        double Factor = 0.1,
        int Patience = 10,
        double Threshold = 1e-4,
        PlateauThreshold ThresholdMode = PlateauThreshold.Relative,
        int Cooldown = 0,
        double Min = 0) : ScheduleSpec
    {
        /// <summary>A rate that would fall by less stays as it is, as in PyTorch.</summary>
        private const double LeastFall = 1e-8;

        private static readonly Plateau Defaults = new();

        private static readonly SpecField<string> ByField = SpecField<string>.WithDefault(
            "by", new TextType(), Defaults.By, "What is watched: validation_loss, or validation_ and a metric of the spec.", "validation_loss");

        private static readonly SpecField<double> FactorField = SpecField<double>.WithDefault(
            "factor", new NumberType(0, 1, openMin: true, openMax: true), Defaults.Factor, "What the learning rate is multiplied by.", "0.5");

        private static readonly SpecField<int> PatienceField = SpecField<int>.WithDefault(
            "patience",
            new CountType(0, 1_000_000_000),
            Defaults.Patience,
            "Evaluations in a row without an improvement that are let pass; the one after them lowers the rate.",
            "5");

        private static readonly SpecField<double> ThresholdField = SpecField<double>.WithDefault(
            "threshold", NumberType.NotNegative, Defaults.Threshold, "How much better than the best a value must be to count.", "0.0001");

        private static readonly SpecField<PlateauThreshold> ModeField = SpecField<PlateauThreshold>.WithDefault(
            "threshold_mode",
            new EnumType<PlateauThreshold>(),
            Defaults.ThresholdMode,
            "relative: the threshold is a share of the best; absolute: a difference.",
            "absolute");

        private static readonly SpecField<int> CooldownField = SpecField<int>.WithDefault(
            "cooldown", new CountType(0, 1_000_000_000), Defaults.Cooldown, "Evaluations after a lowering in which nothing is counted.", "2");

        private static readonly SpecField<double> MinField = SpecField<double>.WithDefault(
            "min_learning_rate", NumberType.NotNegative, Defaults.Min, "The lowest learning rate.", "0.00001");

        /// <summary>1: what the evaluations lower is not a matter of the step.</summary>
        public override double FactorAt(long step, long stepsPerEpoch, long totalSteps) => 1;

        /// <summary>
        /// What follows from one more evaluation. A value that is not a number, or infinite, is no improvement.
        /// </summary>
        /// <param name="rate">The learning rate until now, without the warm-up.</param>
        public (PlateauState State, double Rate) Next(PlateauState state, double rate, double value, bool higherIsBetter)
        {
            ArgumentNullException.ThrowIfNull(state);
            var (best, bad) = IsBetter(state.Best, value, higherIsBetter) ? (value, 0) : (state.Best, state.Bad + 1);
            var cooldown = state.Cooldown;
            if (cooldown > 0)
            {
                (cooldown, bad) = (cooldown - 1, 0);
            }

            if (bad <= Patience)
            {
                return (new(best, bad, cooldown), rate);
            }

            var lowered = Math.Max(rate * Factor, Min);
            return (new(best, 0, Cooldown), rate - lowered > LeastFall ? lowered : rate);
        }

        private bool IsBetter(double? best, double value, bool higherIsBetter)
        {
            if (best is not { } known || !double.IsFinite(value))
            {
                return double.IsFinite(value);
            }

            return (ThresholdMode, higherIsBetter) switch
            {
                (PlateauThreshold.Relative, false) => value < known * (1 - Threshold),
                (PlateauThreshold.Relative, true) => value > known * (1 + Threshold),
                (_, false) => value < known - Threshold,
                (_, true) => value > known + Threshold,
            };
        }

        internal static Alternative<ScheduleSpec> InSpec { get; } = new Alternative<ScheduleSpec, Plateau>(
            "plateau",
            "Multiplied by factor when evaluations show no improvement.",
            "{plateau: {by: validation_loss, factor: 0.5, patience: 5}}",
            new Section<Plateau>(
                [ByField, FactorField, PatienceField, ThresholdField, ModeField, CooldownField, MinField, ScheduleFields.Warmup],
                v => new(
                    v.Get(ByField), v.Get(FactorField), v.Get(PatienceField), v.Get(ThresholdField), v.Get(ModeField), v.Get(CooldownField), v.Get(MinField))
                {
                    WarmupSteps = v.Get(ScheduleFields.Warmup),
                }))
        {
            Also = ["reduce_lr_on_plateau", "reduce_on_plateau"],
        };
    }
}
