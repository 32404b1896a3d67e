using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>A name such as <c>features.0</c> is that of a module in another.</summary>
internal static class ModulePath
{
    /// <summary>Makes the modules on the way where they are not there yet.</summary>
    public static void Register(nn.Module parent, string path, nn.Module module)
    {
        var parts = path.Split('.');
        foreach (var part in parts[..^1])
        {
            var inside = parent.named_children().FirstOrDefault(child => child.name == part).module;
            if (inside is null)
            {
                inside = new Part();
                parent.register_module(part, inside);
            }

            parent = inside;
        }

        parent.register_module(parts[^1], module);
    }

    /// <summary>A name before others, as torchvision's <c>features</c>.</summary>
    private sealed class Part() : nn.Module(nameof(Part));
}
