using Sheaf.Sdk;
using Sheaf.Specs;
using Sheaf.Training.UserCode;
using static TorchSharp.torch;

namespace Sheaf.Training.Losses;

/// <summary>
/// The spec's loss, summed over samples. A step divides by the weight of the whole batch (<see cref="BatchWeight"/>), so partial sums of shards add up to the
/// mean's gradient.
/// </summary>
internal abstract class Loss(LossSpec spec, int outputs)
{
    /// <param name="outputs">Of the model, for one sample, or one place of it.</param>
    /// <param name="facts">What the trial of the user's own classes found.</param>
    /// <param name="packages">Where they are.</param>
    /// <param name="places">Classes to predict for a sample.</param>
    public static Loss Of(LossSpec spec, int outputs, UserCodeFacts? facts = null, Packages? packages = null, int places = 1)
    {
        var loss = Create(spec, outputs, facts, packages);
        loss.Places = places;
        return loss;
    }

    public LossSpec Spec => spec;

    /// <summary>Targets are classes (Int64 [n], or [n, places]); otherwise floats [n, targets].</summary>
    public bool WantsClasses => spec.WantsClasses;

    /// <summary>Classes to predict for a sample, as after each place of a text; 1 where the targets are no classes.</summary>
    public int Places { get; private set; } = 1;

    /// <summary>Targets of a sample; 1 where they are classes.</summary>
    public int Targets => WantsClasses ? 1 : outputs / spec.OutputsPerTarget;

    /// <summary>Above it an output says yes.</summary>
    public virtual float Threshold => 0;

    /// <summary>How much one sample counts, where samples have no weights of their own: mean losses of several targets, or places, count each.</summary>
    public virtual int SampleWeight => WantsClasses ? Places : Targets;

    private static Loss Create(LossSpec spec, int outputs, UserCodeFacts? facts, Packages? packages) => spec switch
    {
        LossSpec.OfClass s => new UserLoss(s, outputs, facts!.LossesPerSample!.Value, packages!.Create<ILoss>(s.Class, s.Class.Arguments)),
        LossSpec.CrossEntropy s => new CrossEntropy(s, outputs),
        LossSpec.Nll s => new Nll(s, outputs),
        LossSpec.MultiMargin s => new MultiMargin(s, outputs),
        LossSpec.BinaryCrossEntropy s => new BinaryCrossEntropy(s, outputs),
        LossSpec.BinaryCrossEntropyWithLogits s => new BinaryCrossEntropyWithLogits(s, outputs),
        LossSpec.Hinge s => new Hinge(s, outputs),
        LossSpec.MeanSquaredError s => new MeanSquaredError(s, outputs),
        LossSpec.MeanAbsoluteError s => new MeanAbsoluteError(s, outputs),
        LossSpec.Huber s => new Huber(s, outputs),
        LossSpec.SmoothL1 s => new SmoothL1(s, outputs),
        LossSpec.PoissonNll s => new PoissonNll(s, outputs),
        LossSpec.GaussianNll s => new GaussianNll(s, outputs),
        LossSpec.KlDiv s => new KlDiv(s, outputs),
        LossSpec.CosineEmbedding s => new CosineEmbedding(s, outputs),
        _ => throw new NotSupportedException($"loss: {spec.GetType().Name} cannot be built by this version."),
    };

    /// <summary>The sum over samples and, of each, over targets.</summary>
    /// <param name="output">[n, outputs], or [n, places, outputs].</param>
    /// <exception cref="ArgumentException">Shapes differ from what the loss compares: nothing is ever broadcast.</exception>
    public virtual Tensor Sum(Tensor output, Tensor target)
    {
        if (WantsClasses && Places > 1 && output.shape is [var samples, var each, _] && each == Places && target.shape is [var same, var others]
            && same == samples && others == Places)
        {
            (output, target) = (output.flatten(0, 1), target.flatten());
        }

        var (given, targets) = (output.shape, target.shape);
        var fits = given is [var rows, var width] && width == outputs
            && (WantsClasses ? targets is [var classes] && classes == rows : targets is [var count, var columns] && count == rows && columns == Targets);
        if (!fits)
        {
            throw new ArgumentException(
                $"{spec.Name} compares outputs [n{(Places > 1 ? $", {Places}" : "")}, {outputs}] with targets "
                    + $"[n{(!WantsClasses ? $", {Targets}" : Places > 1 ? $", {Places}" : "")}], "
                    + $"and got [{string.Join(", ", given)}] and [{string.Join(", ", targets)}].");
        }

        return SumOf(output, target);
    }

    /// <summary>How much these samples count, by their classes.</summary>
    public double WeightOf(ReadOnlySpan<long> classes)
    {
        if (spec.ClassWeights is not { } weights)
        {
            return (double)(classes.Length / Places) * SampleWeight;
        }

        var sum = 0.0;
        foreach (var each in classes)
        {
            sum += (float)weights[(int)each];
        }

        return sum;
    }

    /// <summary>The predicted numbers [n, targets], from outputs [n, outputs]; only where the loss is one of numbers.</summary>
    public virtual void Predict(ReadOnlySpan<float> output, Span<float> predictions) => output.CopyTo(predictions);

    /// <summary>
    /// The probabilities that a row's outputs mean: of each class, or of yes for each target. False: the loss gives them no such meaning, and nothing is
    /// written.
    /// </summary>
    /// <param name="probabilities">As many as outputs.</param>
    public virtual bool Probabilities(ReadOnlySpan<float> output, Span<double> probabilities) => false;

    protected abstract Tensor SumOf(Tensor output, Tensor target);

    /// <summary>A tensor of the class weights beside an output; null where there are none.</summary>
    protected Tensor? ClassWeights(Tensor output) =>
        spec.ClassWeights is { } weights ? tensor(weights.Select(weight => (float)weight).ToArray(), device: output.device) : null;
}
