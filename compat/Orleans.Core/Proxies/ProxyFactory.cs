using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Proxies;

/// <summary>
/// Emits, once an interface, the class of its references. They have to derive from the official <see cref="GrainReference"/>, and interfaces may be
/// internal: the emitted assembly names every assembly whose internals it may use. Thread-safe.
/// </summary>
internal static class ProxyFactory
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Lock s_lock = new();
    private static readonly AssemblyBuilder s_assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Orleans.Proxies"), AssemblyBuilderAccess.Run);
    private static readonly ModuleBuilder s_module = s_assembly.DefineDynamicModule("Orleans.Proxies");
    private static readonly HashSet<string> s_friends = [];
    private static readonly ConcurrentDictionary<Type, Func<GrainReferenceShared, IdSpan, GrainReference>> s_makers = new();
    private static int s_names;

    public static Func<GrainReferenceShared, IdSpan, GrainReference> For(Type interfaceType)
    {
        if (interfaceType == typeof(IAsyncEnumerableGrainExtension))
        {
            return static (shared, key) => new AsyncEnumerableExtensionReference(shared, key);
        }

        if (s_makers.TryGetValue(interfaceType, out var maker))
        {
            return maker;
        }

        lock (s_lock)
        {
            return s_makers.GetOrAdd(interfaceType, static type => Compile(EmitProxy(type)));
        }
    }

    private static Func<GrainReferenceShared, IdSpan, GrainReference> Compile(Type proxy)
    {
        var shared = Expression.Parameter(typeof(GrainReferenceShared));
        var key = Expression.Parameter(typeof(IdSpan));
        return Expression.Lambda<Func<GrainReferenceShared, IdSpan, GrainReference>>(Expression.New(proxy.GetConstructors()[0], shared, key), shared, key).Compile();
    }

    private static Type EmitProxy(Type interfaceType)
    {
        if (interfaceType.ContainsGenericParameters)
        {
            throw new NotSupportedException($"{interfaceType} is an open generic interface; a grain is called through a closed one.");
        }

        Befriend(typeof(ProxyFactory));
        Befriend(typeof(IInvokable));
        Befriend(typeof(GrainReference));
        var proxy = s_module.DefineType($"OrleansCodeGen.Proxy_{interfaceType.Name}_{++s_names}", TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [interfaceType]);
        var baseConstructor = typeof(GrainReference).GetConstructor(Instance, [typeof(GrainReferenceShared), typeof(IdSpan)])!;
        var constructor = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, [typeof(GrainReferenceShared), typeof(IdSpan)]).GetILGenerator();
        constructor.Emit(OpCodes.Ldarg_0);
        constructor.Emit(OpCodes.Ldarg_1);
        constructor.Emit(OpCodes.Ldarg_2);
        constructor.Emit(OpCodes.Call, baseConstructor);
        constructor.Emit(OpCodes.Ret);

        Befriend(interfaceType);
        foreach (var declaring in interfaceType.GetInterfaces().Append(interfaceType))
        {
            Befriend(declaring);
            foreach (var method in declaring.GetMethods(Instance).Where(m => m.IsAbstract))
            {
                EmitMethod(proxy, declaring, method);
            }
        }

        return proxy.CreateType();
    }

    private static void EmitMethod(TypeBuilder proxy, Type declaring, MethodInfo method)
    {
        if (method.IsGenericMethodDefinition || method.IsSpecialName)
        {
            throw new NotSupportedException($"{declaring}.{method.Name}: generic methods and properties on grain interfaces are not part of the compat assemblies.");
        }

        if (Array.Exists(method.GetParameters(), p => p.ParameterType.IsByRef))
        {
            throw new NotSupportedException($"{declaring}.{method.Name} has ref, in or out parameters: a grain method's parameters are copied, so they cannot be passed by reference.");
        }

        Befriend(method.ReturnType);
        foreach (var parameter in method.GetParameters())
        {
            Befriend(parameter.ParameterType);
        }

        var shape = new RequestShape(declaring, method);
        var request = RequestEmitter.Emit(s_module, $"OrleansCodeGen.Request_{declaring.Name}_{method.Name}_{++s_names}", shape);
        RequestTypes.Add(shape, request);
        var parameters = Array.ConvertAll(shape.Parameters, p => p.ParameterType);
        var builder = proxy.DefineMethod(
            $"{declaring.FullName}.{method.Name}", MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.HideBySig | MethodAttributes.NewSlot, method.ReturnType, parameters);
        proxy.DefineMethodOverride(builder, method);
        var il = builder.GetILGenerator();
        var local = il.DeclareLocal(request);
        il.Emit(OpCodes.Newobj, request.GetConstructor(Type.EmptyTypes)!);
        il.Emit(OpCodes.Stloc, local);
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Ldloc, local);
            il.Emit(OpCodes.Ldarg, i + 1);
            il.Emit(OpCodes.Stfld, request.GetField("Argument" + i)!);
        }

        if (parameters.Length > 0)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldloc, local);
            il.Emit(OpCodes.Ldsfld, request.GetField("Shape")!);
            il.Emit(OpCodes.Call, typeof(RequestHelpers).GetMethod(nameof(RequestHelpers.CopyArguments))!);
        }

        EmitCall(il, method.ReturnType, request, local);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitCall(ILGenerator il, Type result, Type request, LocalBuilder local)
    {
        var definition = result.IsGenericType ? result.GetGenericTypeDefinition() : null;
        if (definition == typeof(IAsyncEnumerable<>))
        {
            il.Emit(OpCodes.Ldloc, local);
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Call, request.BaseType!.GetMethod(nameof(AsyncEnumerableRequest<int>.InitializeRequest))!);
            return;
        }

        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc, local);
        if (result == typeof(void))
        {
            il.Emit(OpCodes.Call, typeof(GrainReference).GetMethod("Invoke", Instance, [typeof(IRequest)])!);
            return;
        }

        var invoke = typeof(GrainReference).GetMethods(Instance).Single(m => m.Name == "InvokeAsync" && m.IsGenericMethodDefinition == (definition is not null));
        il.Emit(OpCodes.Call, definition is null ? invoke : invoke.MakeGenericMethod(result.GetGenericArguments()));
        if (typeof(Task).IsAssignableFrom(result))
        {
            var valueTask = definition is null ? typeof(ValueTask) : typeof(ValueTask<>).MakeGenericType(result.GetGenericArguments());
            var task = il.DeclareLocal(valueTask);
            il.Emit(OpCodes.Stloc, task);
            il.Emit(OpCodes.Ldloca, task);
            il.Emit(OpCodes.Call, valueTask.GetMethod(nameof(ValueTask.AsTask))!);
        }
    }

    private static void Befriend(Type type)
    {
        if (type.HasElementType)
        {
            Befriend(type.GetElementType()!);
            return;
        }

        foreach (var argument in type.GetGenericArguments())
        {
            Befriend(argument);
        }

        var name = type.Assembly.GetName().Name!;
        if (type.Assembly != typeof(object).Assembly && s_friends.Add(name))
        {
            s_assembly.SetCustomAttribute(new CustomAttributeBuilder(typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!, [name]));
        }
    }
}
