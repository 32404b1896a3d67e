using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Images and labels of two IDX files.</summary>
internal static class IdxFiles
{
    /// <summary>Null, with problems added, where the files cannot be used.</summary>
    public static ImageSource? Load(SourceSpec.Idx spec, string role, DataFiles files, List<string> problems)
    {
        var images = files.Read(spec.Images, role + ".images", file => IdxReader.Read(file, spec.Images, role + ".images", [3, 4], problems));
        var labels = files.Read(spec.Labels, role + ".labels", file => IdxReader.Read(file, spec.Labels, role + ".labels", [1], problems));
        if (images is null || labels is null)
        {
            return null;
        }

        if (images.Shape[0] != labels.Shape[0])
        {
            problems.Add($"{role}: '{spec.Images}' has {images.Shape[0]} images, but '{spec.Labels}' has {labels.Shape[0]} labels; they must be as many.");
            return null;
        }

        var shape = images.Shape.Length == 3 ? [1, .. images.Shape[1..]] : images.Shape[1..];
        return ImageSource.Of(role, shape, images.Data, labels.Data, spec.Rows, spec.ClassNames, _ => spec.Labels, problems);
    }
}
