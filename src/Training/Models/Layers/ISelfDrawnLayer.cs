using Sheaf.Specs;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Models.Layers;

/// <summary>A layer of several weights, each with a law of its own.</summary>
internal interface ISelfDrawnLayer
{
    /// <summary>Draws the first weights, one tensor after the other.</summary>
    /// <param name="initialisation">What the spec says; its default: each as PyTorch's module.</param>
    void Draw(InitialisationSpec initialisation, KeyedRandom random);
}
