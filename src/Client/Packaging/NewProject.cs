using System.Reflection;

namespace Sheaf.Client.Packaging;

/// <summary>Makes the project that a user begins with.</summary>
internal static class NewProject
{
    private const string Name = "my-model";
    private const string Namespace = "MyModel";

    /// <summary>Writes every file into <paramref name="folder"/>, which is empty or not there.</summary>
    /// <param name="sdk">The folder of the SDK's assembly.</param>
    /// <returns>The files, relative to the folder.</returns>
    public static IReadOnlyList<string> Write(string folder, ProjectName name, string sdk)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var files = new List<string>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(each => each.StartsWith("NewModel/",
            StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var file = Renamed(resource["NewModel/".Length..].Replace(".template", "", StringComparison.Ordinal), name);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            File.WriteAllText(Path.Combine(folder, file), Renamed(reader.ReadToEnd(), name));
            files.Add(file);
        }

        Directory.CreateDirectory(Path.Combine(folder, "sdk"));
        foreach (var source in Directory.EnumerateFiles(sdk).Order(StringComparer.Ordinal))
        {
            var file = Path.Combine("sdk", Path.GetFileName(source));
            File.Copy(source, Path.Combine(folder, file));
            files.Add(file);
        }

        return files;
    }

    private static string Renamed(string text, ProjectName name) =>
        text.Replace(Namespace, name.Namespace, StringComparison.Ordinal).Replace(Name, name.Folder, StringComparison.Ordinal);
}
