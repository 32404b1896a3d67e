namespace Sheaf.Testbed;

/// <summary>Where things are in this checkout.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>A program that the same build made: beside the running one, in artifacts/bin.</summary>
    public static string Program(string project) => Program(project, $"Sheaf.{project}");

    public static string Gateway => Program("Gateway", "sheaf-gateway");

    private static string Program(string project, string assembly)
    {
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, $"{assembly}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"'{path}' is not built: run dotnet build src/{project} -c {own.Name} first.");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"'{AppContext.BaseDirectory}' is in no checkout: the programs, specs and SQL scripts are read from there.");
    }
}
