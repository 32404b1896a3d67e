using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>A source of rows, told apart by its <c>format</c>.</summary>
internal static class SourceSection
{
    public static TaggedType<SourceSpec> Type { get; } = new("format", "source", [SourceSpec.Idx.InSpec, SourceSpec.Csv.InSpec,
        SourceSpec.Csv.ParquetInSpec, SourceSpec.Cifar10.InSpec, SourceSpec.ImageFolder.InSpec,
        SourceSpec.Numpy.InSpec, SourceSpec.Text.InSpec, SourceSpec.OfClass.InSpec])
    {
        Reserved = ["safetensors", "assembly"],
    };
}
