using System.Diagnostics;
using System.Reflection;
using System.Reflection.Emit;

namespace Sheaf.Tests.Architecture;

/// <summary>An assembly on disk that breaks every rule about assemblies, with stand-ins for Orleans and TorchSharp.</summary>
internal sealed class BrokenAssembly : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sheaf-architecture-").FullName;

    public BrokenAssembly()
    {
        var grain = Define("Orleans.Core.Abstractions").DefineType("Orleans.Grain", TypeAttributes.Public);
        var tensor = Define("TorchSharp").DefineType("TorchSharp.torch", TypeAttributes.Public);
        var make = tensor.DefineMethod("zeros", MethodAttributes.Public | MethodAttributes.Static, tensor, []);
        make.GetILGenerator().Emit(OpCodes.Ret);

        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Broken"), typeof(object).Assembly);
        var module = assembly.DefineDynamicModule("Broken");
        var field = module.DefineType("Broken.FieldGrain", TypeAttributes.Public, grain);
        field.DefineField("_tensor", typeof(List<>).MakeGenericType(tensor), FieldAttributes.Private);
        var signature = module.DefineType("Broken.SignatureGrain", TypeAttributes.Public, grain);
        Body(signature, tensor.MakeArrayType()).Emit(OpCodes.Ret);
        var body = module.DefineType("Broken.BodyGrain", TypeAttributes.Public, grain);
        CallsWithTensor(body, make);
        var outer = module.DefineType("Broken.NestedGrain", TypeAttributes.Public, grain);
        var closure = outer.DefineNestedType("Closure", TypeAttributes.NestedPrivate);
        CallsWithTensor(closure, make);
        var derived = module.DefineType("Broken.DerivedGrain", TypeAttributes.Public, field);
        CallsWithTensor(derived, make);
        var innocent = module.DefineType("Broken.InnocentGrain", TypeAttributes.Public, grain);
        var clock = Body(innocent, typeof(void));
        clock.Emit(OpCodes.Call, typeof(DateTime).GetProperty("UtcNow")!.GetMethod!);
        clock.Emit(OpCodes.Call, typeof(Stopwatch).GetMethod("GetTimestamp")!);
        clock.Emit(OpCodes.Ret);
        var device = module.DefineType("Broken.DeviceThread", TypeAttributes.Public);
        CallsWithTensor(device, make);

        foreach (var type in new[] { grain, tensor, field, signature, body, outer, closure, derived, innocent, device })
        {
            type.CreateType();
        }

        assembly.Save(Path.Combine(_folder, "Broken.dll"));
    }

    public AssemblyFacts Open() => new(Path.Combine(_folder, "Broken.dll"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ModuleBuilder Define(string name) => new PersistedAssemblyBuilder(new AssemblyName(name), typeof(object).Assembly).DefineDynamicModule(name);

    private static ILGenerator Body(TypeBuilder type, Type returns) => type.DefineMethod("Run", MethodAttributes.Public, returns, []).GetILGenerator();

    /// <summary>The call stands behind operands of every size, so that a reader that loses its place misses it.</summary>
    private static void CallsWithTensor(TypeBuilder type, MethodInfo make)
    {
        var il = Body(type, typeof(void));
        var end = il.DefineLabel();
        il.Emit(OpCodes.Ldc_I4_0);
        il.Emit(OpCodes.Switch, [end, end]);
        il.Emit(OpCodes.Ldc_I8, 0x0A00_0001_0A00_0001);
        il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ldc_R4, 1f);
        il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ldarga_S, (byte)0);
        il.Emit(OpCodes.Initobj, typeof(int));
        il.Emit(OpCodes.Call, make);
        il.Emit(OpCodes.Pop);
        il.MarkLabel(end);
        il.Emit(OpCodes.Ret);
    }
}
