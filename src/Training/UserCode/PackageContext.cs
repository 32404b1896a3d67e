using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Sheaf.Training.UserCode;

/// <summary>
/// One package's assemblies, loaded apart from all others. What it shares with Sheaf, and whatever the package does not bring, is Sheaf's. It unloads by itself
/// when nothing made by it is reachable any more.
/// </summary>
internal sealed class PackageContext(string folder) : AssemblyLoadContext($"package {Path.GetFileName(folder)}", isCollectible: true)
{
    /// <summary>Assemblies whose types pass between Sheaf and the user's code.</summary>
    private static readonly string[] Shared = ["TorchSharp", "Sheaf.Sdk"];

    /// <summary>
    /// A context that nobody refers to begins to unload at the next garbage collection, and then loads nothing more, while objects of its types are in use: what
    /// they need for the first time after that would not be found. So its assemblies hold it, as long as they are reachable themselves.
    /// </summary>
    private static readonly ConditionalWeakTable<Assembly, PackageContext> HeldBy = [];

    /// <summary>Where the exception came from in a user's code: <c>MyModel.Net.forward, Net.cs line 12</c>; null: it did not.</summary>
    public static string? PlaceOf(Exception exception)
    {
        var frame = new System.Diagnostics.StackTrace(exception, fNeedFileInfo: true).GetFrames()
            .FirstOrDefault(each => each.GetMethod()?.Module.Assembly is { } assembly && GetLoadContext(assembly) is PackageContext);
        if (frame?.GetMethod() is not { } method)
        {
            return null;
        }

        var line = frame.GetFileName() is { } file ? $", {Path.GetFileName(file)} line {frame.GetFileLineNumber()}" : "";
        return $"{method.DeclaringType?.FullName}.{method.Name}{line}";
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var file = Path.Combine(folder, $"{assemblyName.Name}.dll");
        return Shared.Contains(assemblyName.Name) || !File.Exists(file) ? null : LoadFile(file);
    }

    /// <exception cref="BadImageFormatException">It is no assembly.</exception>
    public Assembly LoadFile(string file)
    {
        var assembly = LoadFromAssemblyPath(file);
        HeldBy.AddOrUpdate(assembly, this);
        return assembly;
    }
}
