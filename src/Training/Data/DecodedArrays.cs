using System.Text.Json;

namespace Sheaf.Training.Data;

/// <summary>The features and the targets of a source of arrays.</summary>
internal sealed record DecodedArrays(NumberArray Features, NumberArray Targets)
{
    public CacheContent Pack() => new CacheContent(JsonSerializer.Serialize(new Rest(Features.Shape, Features.IsWhole, Targets.Shape, Targets.IsWhole)))
        .With("features", Features.Values).With("targets", Targets.Values);

    public static DecodedArrays Unpack(CacheEntry entry)
    {
        var rest = JsonSerializer.Deserialize<Rest>(entry.Text)!;
        return new(
            new(rest.Features, entry.Array<double>("features"), rest.FeaturesAreWhole),
            new(rest.Targets, entry.Array<double>("targets"), rest.TargetsAreWhole));
    }

    private sealed record Rest(int[] Features, bool FeaturesAreWhole, int[] Targets, bool TargetsAreWhole);
}
