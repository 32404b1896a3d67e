using System.Reflection;
using System.Runtime.Loader;
using Sheaf.Specs;

namespace Sheaf.Training.UserCode;

/// <summary>
/// The packages of users' code on this machine: a folder each, named by its SHA-256, with the assemblies that a project was built to. Thread-safe.
/// </summary>
public sealed class Packages(string root)
{
    /// <summary>The folder of all.</summary>
    public string Root => root;

    /// <summary>Where a package is, or belongs.</summary>
    public string FolderOf(string package) => Path.Combine(root, package);

    /// <summary>Whether the type is a user's own.</summary>
    internal static bool IsOfUser(Type type) => AssemblyLoadContext.GetLoadContext(type.Assembly) is PackageContext;

    /// <summary>The class, loaded into a context of its own.</summary>
    /// <exception cref="UserCodeException">The package is not here, or has no such class.</exception>
    internal LoadedClass Load(UserClass user)
    {
        if (user.Package is not { } package)
        {
            throw new UserCodeException($"{user.Type} is not built: submit the spec with the CLI, which builds its project, or name an uploaded package.");
        }

        var folder = FolderOf(package);
        if (!Directory.Exists(folder))
        {
            throw new UserCodeException($"The package {package} with {user.Type} is not on this machine.");
        }

        var context = new PackageContext(folder);
        foreach (var file in Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            if (TypeIn(context, file, user.Type) is { } type)
            {
                return new(type, context);
            }
        }

        throw new UserCodeException(
            $"{user.Type} is not in what {Path.GetFileName(user.Project)} was built to; write the namespace and the name of a public "
                + $"class{Others(context, folder)}.");
    }

    /// <summary>An object of a class that must be a <typeparamref name="T"/>.</summary>
    /// <exception cref="UserCodeException">It is not, or cannot be made with these arguments; or its constructor failed.</exception>
    internal T Create<T>(UserClass user, IReadOnlyDictionary<string, IReadOnlyList<string>> arguments, params object[] given)
        where T : class
    {
        var loaded = Load(user);
        if (!typeof(T).IsAssignableFrom(loaded.Type))
        {
            throw new UserCodeException($"{user.Type} is no {typeof(T).Name}: derive it from that, or name another class.");
        }

        return (T)Make(loaded, arguments, given);
    }

    /// <inheritdoc cref="Create"/>
    internal static object Make(LoadedClass loaded, IReadOnlyDictionary<string, IReadOnlyList<string>> arguments, params object[] given)
    {
        try
        {
            var made = Arguments.Create(loaded.Type, arguments, given);
            loaded.Context.LiveWith(made);
            return made;
        }
        catch (Exception e) when (e is not (UserCodeException or OutOfMemoryException))
        {
            throw new UserCodeException($"The constructor of {loaded.Type.FullName} failed: {Causes.Of(e)}", e);
        }
    }

    private static Type? TypeIn(PackageContext context, string file, string name)
    {
        try
        {
            return context.LoadFromAssemblyPath(file).GetType(name);
        }
        catch (BadImageFormatException)
        {
            // A native library beside the assemblies.
            return null;
        }
        catch (FileLoadException e)
        {
            throw new UserCodeException($"'{Path.GetFileName(file)}' cannot be loaded: {e.Message}", e);
        }
    }

    private static string Others(PackageContext context, string folder)
    {
        var names = new List<string>();
        foreach (var assembly in context.Assemblies)
        {
            try
            {
                names.AddRange(assembly.GetExportedTypes().Where(each => each is { IsAbstract: false, IsInterface: false }).Select(each => each.FullName!));
            }
            catch (Exception e) when (e is FileNotFoundException or TypeLoadException or ReflectionTypeLoadException)
            {
                // What it needs is not there; it is not what was asked for.
            }
        }

        return names.Count is > 0 and <= 20 ? $". It has {string.Join(", ", names)}" : $" ({Path.GetFileName(folder)[..12]})";
    }
}
