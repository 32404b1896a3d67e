namespace Sheaf.Specs.Layers;

/// <summary>Layers inside a layer, or a network's, one after the other.</summary>
/// <param name="Key">What the names of their tensors begin with; empty: nothing.</param>
/// <param name="Layers">None: what comes in goes out.</param>
/// <param name="Names">What each is called; <c>null</c>: 0, 1, 2, ...</param>
public sealed record LayerPath(string Key, IReadOnlyList<LayerSpec> Layers, IReadOnlyList<string>? Names = null)
{
    /// <summary>What the names of a layer's tensors begin with: <c>layers.0</c>, or <c>conv1</c>.</summary>
    public string NameOf(int index)
    {
        var name = Names?[index] ?? index.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Key.Length == 0 ? name : $"{Key}.{name}";
    }

    /// <summary>What a message calls a layer.</summary>
    public string PlaceOf(int index) => Names is null && Key.Length > 0 ? $"{Key}[{index}]" : NameOf(index);

    /// <summary>What becomes of one sample; the tensors have the layers' names before their own.</summary>
    public LayerPlan Plan(IReadOnlyList<int> input)
    {
        var (parameters, buffers) = (new List<LayerTensor>(), new List<LayerTensor>());
        var (shape, inner, norms) = (input, new List<IReadOnlyList<int>>(), new List<string>());
        var products = 0.0;
        for (var i = 0; i < Layers.Count; i++)
        {
            var plan = Layers[i].Plan(shape);
            if (plan.Problem is { } problem)
            {
                return new(input) { Problem = $"cannot run, as its {PlaceOf(i)} {Layers[i].Name} {problem}" };
            }

            var name = NameOf(i);
            parameters.AddRange(plan.Parameters.Select(tensor => tensor with { Name = $"{name}.{tensor.Name}" }));
            buffers.AddRange(plan.Buffers.Select(tensor => tensor with { Name = $"{name}.{tensor.Name}" }));
            norms.AddRange(plan.SingleValueNorms.Select(norm => $"{PlaceOf(i)} {norm}"));
            inner.AddRange([.. plan.Inner, plan.Shape]);
            products += plan.MultiplyAdds;
            shape = plan.Shape;
        }

        return new(shape) { Parameters = parameters, Buffers = buffers, Inner = inner, SingleValueNorms = norms, MultiplyAdds = products };
    }
}
