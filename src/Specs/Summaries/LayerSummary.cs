namespace Sheaf.Specs.Summaries;

/// <summary>One layer of a model, before anything runs.</summary>
/// <param name="Number">Its place, as its parameters' names begin: <c>3</c>, or <c>3.layers.0</c> inside another.</param>
/// <param name="Name">As a spec spells it.</param>
/// <param name="Output">The shape of one sample of its result.</param>
/// <param name="Parameters">Numbers in its parameters, those of layers inside it included.</param>
/// <param name="Frozen">Those of them that are not trained.</param>
/// <param name="MultiplyAdds">Of one sample on its way forward.</param>
/// <param name="Depth">0; more inside other layers, whose numbers include its own.</param>
public sealed record LayerSummary(string Number, string Name, IReadOnlyList<int> Output, long Parameters, long Frozen, double MultiplyAdds, int Depth);
