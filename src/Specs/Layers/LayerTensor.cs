namespace Sheaf.Specs.Layers;

/// <summary>One float tensor of a layer, by the name that PyTorch's module has for it.</summary>
public sealed record LayerTensor(string Name, IReadOnlyList<int> Shape);
