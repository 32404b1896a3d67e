using Sheaf.Specs.Layers;

namespace Sheaf.Specs;

public abstract partial record LayerSpec
{
    /// <summary>A layer that is made of others: one way through it, or several whose results are joined.</summary>
    public abstract record Branches : LayerSpec
    {
        public override bool HasWeights => Inside.Any(path => path.Layers.Any(layer => layer.HasWeights));

        public virtual Joining Joining => Joining.Sum;

        /// <summary>Whether the joined result goes through relu.</summary>
        public virtual bool IsRectified => false;

        /// <summary>What mends paths whose results do not fit each other.</summary>
        protected virtual string Fix => "all must make the same.";

        public override LayerPlan Plan(IReadOnlyList<int> input)
        {
            var plans = Inside.Select(path => path.Plan(input)).ToList();
            return plans.Find(plan => plan.Problem is not null) ?? new(Joined(plans))
            {
                Parameters = [.. plans.SelectMany(plan => plan.Parameters)],
                Buffers = [.. plans.SelectMany(plan => plan.Buffers)],
                Inner = [.. plans.SelectMany(plan => plan.Inner)],
                MultiplyAdds = plans.Sum(plan => plan.MultiplyAdds),
                SingleValueNorms = [.. plans.SelectMany(plan => plan.SingleValueNorms).Select(norm => $"{Name} {norm}")],
                Problem = Misfit(input, plans),
            };
        }

        private IReadOnlyList<int> Joined(List<LayerPlan> plans) => Joining == Joining.Sum
            ? plans[0].Shape
            : [plans.Sum(plan => plan.Shape[0]), .. plans[0].Shape.Skip(1)];

        private string? Misfit(IReadOnlyList<int> input, List<LayerPlan> plans)
        {
            var skipped = Joining == Joining.Sum ? 0 : 1;
            var wanted = plans[0].Shape;
            var other = plans.FindIndex(plan => plan.Shape.Count != wanted.Count || !plan.Shape.Skip(skipped).SequenceEqual(wanted.Skip(skipped)));
            return other < 0 ? null
                : $"cannot {(Joining == Joining.Sum ? "add" : "join")} {LayerPlan.Text(wanted)}, which its {Inside[0].Key} make of "
                    + $"{LayerPlan.Text(input)}, and {LayerPlan.Text(plans[other].Shape)} of its {Inside[other].Key}; {Fix}";
        }
    }
}
