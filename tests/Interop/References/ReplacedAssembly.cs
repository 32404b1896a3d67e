using System.Reflection;
using System.Reflection.Emit;

namespace Sheaf.Tests.Interop.References;

/// <summary>A folder with some official DLL and, in the place of the compat assembly, one that only has Metadata.Add(string, byte[]).</summary>
internal sealed class ReplacedAssembly : IDisposable
{
    public ReplacedAssembly(string replaced, string kept)
    {
        File.Copy(System.IO.Path.Combine(AppContext.BaseDirectory, kept + ".dll"), System.IO.Path.Combine(Path, kept + ".dll"));
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(replaced), typeof(object).Assembly);
        var type = assembly.DefineDynamicModule(replaced).DefineType("Grpc.Core.Metadata", TypeAttributes.Public | TypeAttributes.Class);
        type.DefineMethod("Add", MethodAttributes.Public, typeof(void), [typeof(string), typeof(byte[])]).GetILGenerator().Emit(OpCodes.Ret);
        type.CreateType();
        assembly.Save(System.IO.Path.Combine(Path, replaced + ".dll"));
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("sheaf-references-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
