namespace Sheaf.Tests.Architecture;

/// <param name="Path">From the root of the repository, with forward slashes.</param>
/// <param name="Text">The whole file.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public static IReadOnlyList<SourceFile> In(string folder, string pattern)
    {
        var root = RootAbove(AppContext.BaseDirectory);
        return
        [
            .. from path in Directory.EnumerateFiles(System.IO.Path.Combine(root, folder), pattern, SearchOption.AllDirectories)
               orderby path
               select new SourceFile(System.IO.Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText(path)),
        ];
    }

    public static string RootAbove(string folder)
    {
        var root = new DirectoryInfo(folder);
        while (!File.Exists(System.IO.Path.Combine(root.FullName, "Cluster.sln")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException($"No Cluster.sln above {folder}: these tests read the sources of the repository.");
        }

        return root.FullName;
    }
}
