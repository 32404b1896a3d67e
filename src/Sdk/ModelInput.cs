namespace Sheaf.Sdk;

/// <summary>What the rows are that a model will see. A model's constructor may have a parameter of this type, and an <see cref="IModelFactory"/> is given
/// it.</summary>
public sealed record ModelInput
{
    /// <summary>Of one sample's features, without the dimension of the batch.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Classes of the target; null where it is no class.</summary>
    public int? Classes { get; init; }

    /// <summary>Numbers to predict for a sample; 1 for a class.</summary>
    public int Targets { get; init; } = 1;
}
