using Sheaf.Specs;
using Sheaf.Specs.Layers;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>What one or several ways through other layers make of the input; a way without layers passes it on.</summary>
internal sealed class BranchesLayer : nn.Module<Tensor, Tensor>
{
    // TorchSharp registers modules that are fields under the fields' names; it leaves arrays alone.
    private readonly LayerStack[] _paths;
    private readonly Joining _joining;
    private readonly bool _rectified;

    /// <param name="paths">As many as the spec has; their layers become this module's own, under the names of the spec.</param>
    public BranchesLayer(LayerSpec.Branches spec, IReadOnlyList<LayerStack> paths)
        : base(spec.GetType().Name)
    {
        (_paths, _joining, _rectified) = ([.. paths], spec.Joining, spec.IsRectified);
        foreach (var (stack, path) in paths.Zip(spec.Inside))
        {
            if (path.Key.Length > 0)
            {
                ModulePath.Register(this, path.Key, stack);
                continue;
            }

            for (var i = 0; i < stack.Layers.Count; i++)
            {
                register_module(path.NameOf(i), stack.Layers[i]);
            }
        }
    }

    public override Tensor forward(Tensor input)
    {
        var first = _paths[0].forward(input);
        if (_paths.Length == 1)
        {
            return _rectified ? first.relu() : first;
        }

        var rest = _paths.Skip(1).Select(path => path.forward(input));
        var joined = _joining == Joining.Sum ? rest.Aggregate(first, (sum, each) => sum.add(each)) : cat([first, .. rest], 1);

        // In place: nothing needs the sum itself on the way back.
        return _rectified ? joined.relu_() : joined;
    }
}
