using Sheaf.Specs.Layers;
using Sheaf.Specs.Sections;

namespace Sheaf.Specs;

/// <summary>
/// A network that is known by its name: layers with torchvision's architecture, names and first weights. Each stands, with its keys in a spec, in a file of
/// its own.
/// </summary>
/// <param name="Classes">Outputs of the last layer.</param>
/// <param name="Head">Whether there is that last layer; without it the network gives <see cref="Features"/>.</param>
public abstract partial record NetworkSpec(int Classes, bool Head)
{
    /// <summary>As a spec spells it.</summary>
    public string Name => NetworkSection.Type.Show(this)!;

    /// <summary>Numbers that go into the last layer.</summary>
    public abstract int Features { get; }

    /// <summary>Numbers that it gives for one image.</summary>
    public int Outputs => Head ? Classes : Features;

    /// <summary>Height and width of the smallest image that leaves something behind every layer.</summary>
    public virtual int SmallestImage => 1;

    /// <summary>Its layers, one after the other, by the names that they have in a state_dict. Made anew by each call.</summary>
    public abstract LayerPath Path();

    /// <summary>Why it cannot take such a sample; <c>null</c> where it can.</summary>
    public string? Misfit(IReadOnlyList<int> input) => input is not [_, var height, var width]
        ? $"{Name} needs images [channels, height, width], and a sample is {LayerPlan.Text(input)}; use a format of images."
        : Math.Min(height, width) < SmallestImage
        ? $"{Name} needs images of {SmallestImage} x {SmallestImage} or more, and gets {height} x {width}; enlarge them, for example with the transform pad, "
            + "or use a network for smaller images, such as resnet18."
        : null;
}
