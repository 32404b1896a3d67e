using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Sheaf.Tests.Interop.References;

/// <summary>The metadata of the DLLs in one folder, opened when asked for.</summary>
internal sealed class AssemblySet(string folder) : IDisposable
{
    private readonly Dictionary<string, (PEReader Image, MetadataReader Metadata)?> _open = new(StringComparer.Ordinal);

    public PEReader Image(string name) => Open(name)?.Image ?? throw new FileNotFoundException($"{name}.dll is not in {folder}.");

    public MetadataReader? Metadata(string name) => Open(name)?.Metadata;

    public void Dispose()
    {
        foreach (var entry in _open.Values)
        {
            entry?.Image.Dispose();
        }
    }

    private (PEReader Image, MetadataReader Metadata)? Open(string name)
    {
        if (!_open.TryGetValue(name, out var entry))
        {
            var path = Path.Combine(folder, name + ".dll");
            if (File.Exists(path))
            {
                var image = new PEReader(new MemoryStream(File.ReadAllBytes(path)));
                entry = (image, image.GetMetadataReader());
            }

            _open[name] = entry;
        }

        return entry;
    }
}
