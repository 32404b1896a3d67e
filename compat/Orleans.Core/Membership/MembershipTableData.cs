namespace Orleans;

/// <summary>The rows of the membership table, each with its tag, as of one version.</summary>
[GenerateSerializer, Immutable]
public sealed class MembershipTableData
{
    public MembershipTableData(List<Tuple<MembershipEntry, string>> list, TableVersion version)
    {
        // Dead silos last, so that whoever looks for a live one finds it first.
        Members = [.. list.OrderBy(m => m.Item1.Status == SiloStatus.Dead)];
        Version = version;
    }

    public MembershipTableData(Tuple<MembershipEntry, string> tuple, TableVersion version)
        : this([tuple], version)
    {
    }

    public MembershipTableData(TableVersion version)
        : this([], version)
    {
    }

    [Id(0)]
    public IReadOnlyList<Tuple<MembershipEntry, string>> Members { get; }

    [Id(1)]
    public TableVersion Version { get; }

    public Tuple<MembershipEntry, string>? TryGet(SiloAddress silo) => Members.FirstOrDefault(m => m.Item1.SiloAddress.Equals(silo));

    public override string ToString() => $"{Members.Count} silos, {Version}: {string.Join(", ", Members.Select(m => m.Item1))}";
}
