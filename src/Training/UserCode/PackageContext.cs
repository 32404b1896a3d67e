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

    private static readonly ConditionalWeakTable<object, PackageContext> Living = [];

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

    /// <summary>
    /// Keeps the context as long as the object. One that nobody refers to begins to unload at the next garbage collection and then loads nothing more, even
    /// while objects of its types are in use: what these need for the first time after that would not be found.
    /// </summary>
    public void LiveWith(object made) => Living.AddOrUpdate(made, this);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var file = Path.Combine(folder, $"{assemblyName.Name}.dll");
        return Shared.Contains(assemblyName.Name) || !File.Exists(file) ? null : LoadFromAssemblyPath(file);
    }
}
