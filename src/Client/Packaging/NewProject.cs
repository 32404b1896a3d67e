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
        var files = new List<string>();
        var wasThere = Directory.Exists(folder);
        try
        {
            Write(folder, name, sdk, files);
            return files;
        }
        catch
        {
            // Half a project would be in the way of the next try.
            TakeAway(folder, wasThere);
            throw;
        }
    }

    private static void Write(string folder, ProjectName name, string sdk, List<string> files)
    {
        var assembly = Assembly.GetExecutingAssembly();
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
    }

    private static void TakeAway(string folder, bool wasThere)
    {
        try
        {
            if (!wasThere)
            {
                Directory.Delete(folder, recursive: true);
                return;
            }

            foreach (var inside in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                if (inside is DirectoryInfo deeper)
                {
                    deeper.Delete(recursive: true);
                }
                else
                {
                    inside.Delete();
                }
            }
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // The failure that led here says why.
        }
    }

    private static string Renamed(string text, ProjectName name) =>
        text.Replace(Namespace, name.Namespace, StringComparison.Ordinal).Replace(Name, name.Folder, StringComparison.Ordinal);
}
