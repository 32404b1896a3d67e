using System.Reflection;

namespace Sheaf.Tests.Interop.References;

/// <summary>Does everything that the official DLLs refer to in compat exist, with the right signature, and do their types load?</summary>
public sealed class OfficialReferencesTests : IDisposable
{
    private readonly AssemblySet _assemblies = new(AppContext.BaseDirectory);

    public static TheoryData<string> Names => [.. OfficialAssembly.All.Select(a => a.Name)];

    public void Dispose() => _assemblies.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void References_EnsureAllResolve(string name)
    {
        var official = OfficialAssembly.All.Single(a => a.Name == name);
        Assert.True(ReferenceChecker.Count(_assemblies.Metadata(name)!, OfficialAssembly.Compat) > 20, $"{name} refers to next to nothing in compat: is it the official DLL?");
        AssertOnlyExceptions(official, new ReferenceChecker(_assemblies, OfficialAssembly.Compat).Unresolved(name, official.GeneratedCode?.Keys ?? []));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Types_EnsureAllLoad(string name)
    {
        var official = OfficialAssembly.All.Single(a => a.Name == name);
        try
        {
            Assert.NotEmpty(Assembly.Load(name).GetTypes());
        }
        catch (ReflectionTypeLoadException error)
        {
            var generated = official.GeneratedCode?.Keys ?? [];
            var problems = error.LoaderExceptions.OfType<Exception>()
                .Where(e => e is not TypeLoadException t || !generated.Any(prefix => t.TypeName.StartsWith(prefix, StringComparison.Ordinal)))
                .Where(e => official.Exceptions?.Keys.Any(prefix => e.Message.Contains(prefix[(prefix.IndexOf(']') + 1)..], StringComparison.Ordinal)) != true)
                .Select(e => e.Message);
            Assert.Empty(problems);
        }
    }

    [Fact]
    public void MissingAssembly_EnsureFound()
    {
        // The framework's assemblies do not lie in this folder.
        var unresolved = new ReferenceChecker(_assemblies, new HashSet<string>(StringComparer.Ordinal) { "System.Runtime" }).Unresolved("Grpc.Net.Client", []);
        Assert.Contains("System.Object", unresolved);
    }

    [Fact]
    public void WrongSignature_EnsureFound()
    {
        // Grpc.Net.Client calls two overloads of Metadata.Add; here stands a Grpc.Core.Api that has the type and one of the two.
        using var folder = new ReplacedAssembly("Grpc.Core.Api", "Grpc.Net.Client");
        using var assemblies = new AssemblySet(folder.Path);
        var unresolved = new ReferenceChecker(assemblies, OfficialAssembly.Compat).Unresolved("Grpc.Net.Client", []);
        Assert.DoesNotContain("[Grpc.Core.Api]Grpc.Core.Metadata", unresolved);
        Assert.Contains("[Grpc.Core.Api]Grpc.Core.Metadata::Add instance Void `0(String,String)", unresolved);
        Assert.DoesNotContain("[Grpc.Core.Api]Grpc.Core.Metadata::Add instance Void `0(String,Byte[])", unresolved);
    }

    private static void AssertOnlyExceptions(OfficialAssembly official, IReadOnlyList<string> unresolved)
    {
        var exceptions = official.Exceptions?.Keys ?? [];
        var surprises = unresolved.Where(problem => !exceptions.Any(prefix => problem.StartsWith(prefix, StringComparison.Ordinal))).ToList();
        Assert.True(surprises.Count == 0, $"{official.Name} refers to what compat lacks:\n{string.Join("\n", surprises)}");
        var stale = exceptions.Where(prefix => !unresolved.Any(problem => problem.StartsWith(prefix, StringComparison.Ordinal))).ToList();
        Assert.True(stale.Count == 0, $"{official.Name}: these exceptions are not needed any more, remove them:\n{string.Join("\n", stale)}");
    }
}
