namespace Orleans.Runtime;

/// <summary>A silo as the cluster sees it.</summary>
[GenerateSerializer, Immutable]
public sealed class ClusterMember(SiloAddress siloAddress, SiloStatus status, string name) : IEquatable<ClusterMember>
{
    [Id(0)]
    public SiloAddress SiloAddress { get; } = siloAddress ?? throw new ArgumentNullException(nameof(siloAddress));

    [Id(1)]
    public SiloStatus Status { get; } = status;

    [Id(2)]
    public string Name { get; } = name;

    public bool Equals(ClusterMember? other) => other is not null && SiloAddress.Equals(other.SiloAddress) && Status == other.Status && Name == other.Name;

    public override bool Equals(object? obj) => Equals(obj as ClusterMember);

    public override int GetHashCode() => SiloAddress.GetHashCode();

    public override string ToString() => $"{SiloAddress}/{Name}/{Status}";
}
