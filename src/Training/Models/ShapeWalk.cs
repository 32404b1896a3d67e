using Sheaf.Specs;
using Sheaf.Specs.Layers;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Models;

/// <summary>
/// Follows the shape of one sample through a list of layers, collecting tensors and problems. After a problem the shape is unknown and later layers are not
/// judged.
/// </summary>
internal sealed class ShapeWalk(IReadOnlyList<int> input, List<string> problems)
{
    private readonly List<IReadOnlyList<int>> _inputs = [];
    private readonly List<IReadOnlyList<int>> _inside = [];
    private readonly List<PlannedTensor> _parameters = [];
    private readonly List<PlannedTensor> _buffers = [];
    private readonly List<string> _singleValueNorms = [];

    /// <summary>Of a model that is no list of layers: as it was when it was tried.</summary>
    public static ShapeWalk Of(UserModelFacts model, IReadOnlyList<int> input, List<string> problems)
    {
        var walk = new ShapeWalk(input, problems) { Shape = model.Output };
        walk._inputs.Add(input);
        walk._parameters.AddRange(model.Parameters);
        walk._buffers.AddRange(model.Buffers);
        return walk;
    }

    public IReadOnlyList<int> Shape { get; private set; } = input;

    public bool Known { get; private set; } = true;

    public IReadOnlyList<IReadOnlyList<int>> Inputs => _inputs;

    /// <summary>Shapes on the way, of layers inside others.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Inside => _inside;

    public IReadOnlyList<PlannedTensor> Parameters => _parameters;

    public IReadOnlyList<PlannedTensor> Buffers => _buffers;

    /// <summary>BatchNorm layers that see one value a sample and channel.</summary>
    public IReadOnlyList<string> SingleValueNorms => _singleValueNorms;

    public void AddAll(ModelSpec.Sequential model)
    {
        if (model.Network?.Misfit(Shape) is { } misfit)
        {
            Problem($"model: {misfit}");
        }

        for (var i = 0; i < model.Layers.Count; i++)
        {
            Add(model.Layers[i], model.NameOf(i), model.PlaceOf(i));
        }
    }

    /// <param name="name">What the names of its tensors begin with.</param>
    /// <param name="place">What messages call it.</param>
    private void Add(LayerSpec layer, string name, string place)
    {
        _inputs.Add(Shape);
        if (!Known)
        {
            return;
        }

        var plan = layer.Plan(Shape);
        if (plan.Problem is { } problem)
        {
            Problem($"model: {place} {layer.Name} {problem}");
            return;
        }

        foreach (var tensor in plan.Parameters)
        {
            AddParameter($"{place} {layer.Name}", name, tensor);
        }

        _buffers.AddRange(plan.Buffers.Select(tensor => new PlannedTensor($"{name}.{tensor.Name}", tensor.Shape)));
        _inside.AddRange(plan.Inner);
        _singleValueNorms.AddRange(plan.SingleValueNorms.Select(norm => $"{place} {norm}"));
        Shape = plan.Shape;
    }

    private void AddParameter(string layer, string name, LayerTensor tensor)
    {
        var planned = new PlannedTensor($"{name}.{tensor.Name}", tensor.Shape);
        var floats = ModelPlan.FloatsOf([.. _parameters, .. _buffers, planned]);
        if (floats > ModelPlan.MaxFloats)
        {
            Problem($"model: {layer} has {planned.Count:N0} weights{(_parameters.Count > 0 ? $", with those before it {floats:N0}" : "")}; "
                + $"a model has at most {ModelPlan.MaxFloats:N0} in all.");
        }
        else if (Known)
        {
            _parameters.Add(planned);
        }
    }

    private void Problem(string text)
    {
        if (Known)
        {
            problems.Add(text);
        }

        Known = false;
    }
}
