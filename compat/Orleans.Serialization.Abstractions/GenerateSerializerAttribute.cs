namespace Orleans;

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    private readonly bool? _includePrimaryConstructorParameters;

    public GenerateFieldIds GenerateFieldIds { get; init; }

    /// <summary>Unset means: yes for records, no for other types.</summary>
    public bool IncludePrimaryConstructorParameters
    {
        get => _includePrimaryConstructorParameters ?? false;
        init => _includePrimaryConstructorParameters = value;
    }

    internal bool? PrimaryConstructorParameters => _includePrimaryConstructorParameters;
}
