namespace Sheaf.Tests.EndToEnd.Clusters;

/// <summary>A temporary folder that the database's user may enter. Deleted when disposed.</summary>
internal sealed class OpenFolder : IDisposable
{
    public OpenFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"sheaf-up-{Guid.NewGuid():N}"[..20]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
