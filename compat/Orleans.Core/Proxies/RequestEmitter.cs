using System.Reflection;
using System.Reflection.Emit;
using Orleans.CodeGeneration;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Proxies;

/// <summary>Emits the request class of one interface method: a field an argument, and what the official base classes leave abstract.</summary>
internal sealed class RequestEmitter
{
    private const MethodAttributes Overrides = MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig;

    private readonly TypeBuilder _type;
    private readonly RequestShape _shape;
    private readonly FieldBuilder _target;
    private readonly FieldBuilder _shapeField;
    private readonly FieldBuilder _source;
    private readonly FieldBuilder[] _arguments;

    private RequestEmitter(ModuleBuilder module, string name, RequestShape shape)
    {
        _shape = shape;
        BaseType = BaseOf(shape.Method);
        _type = module.DefineType(name, TypeAttributes.Public | TypeAttributes.Sealed, BaseType, [typeof(IShapedRequest)]);
        _target = _type.DefineField("Target", shape.InterfaceType, FieldAttributes.Public);
        _source = _type.DefineField("Source", typeof(CancellationTokenSource), FieldAttributes.Public);
        _shapeField = _type.DefineField("Shape", typeof(RequestShape), FieldAttributes.Public | FieldAttributes.Static);
        _arguments = Array.ConvertAll(shape.Parameters, p => _type.DefineField("Argument" + p.Position, p.ParameterType, FieldAttributes.Public));
    }

    private Type BaseType { get; }

    public static Type Emit(ModuleBuilder module, string name, RequestShape shape)
    {
        var emitter = new RequestEmitter(module, name, shape);
        emitter.EmitConstructor();
        emitter.EmitInvoke();
        emitter.EmitArguments();
        emitter.EmitTarget();
        emitter.EmitDescription();
        if (shape.TokenIndex >= 0)
        {
            emitter.EmitCancellation();
        }

        var type = emitter._type.CreateType();
        type.GetField("Shape")!.SetValue(null, shape);
        return type;
    }

    private static Type BaseOf(MethodInfo method)
    {
        var result = method.ReturnType;
        if (result == typeof(Task))
        {
            return typeof(TaskRequest);
        }

        if (result == typeof(ValueTask))
        {
            return typeof(Request);
        }

        if (result == typeof(void))
        {
            return typeof(VoidRequest);
        }

        var definition = result.IsGenericType ? result.GetGenericTypeDefinition() : null;
        var generic = definition == typeof(Task<>) ? typeof(TaskRequest<>)
            : definition == typeof(ValueTask<>) ? typeof(Request<>)
            : definition == typeof(IAsyncEnumerable<>) ? typeof(AsyncEnumerableRequest<>)
            : throw new NotSupportedException(
                $"{method.DeclaringType}.{method.Name} returns {result}: grain methods return Task, Task<T>, ValueTask, ValueTask<T>, IAsyncEnumerable<T> or void.");
        return generic.MakeGenericType(result.GetGenericArguments());
    }

    private static MethodInfo Helper(string name) => typeof(RequestHelpers).GetMethod(name)!;

    private ILGenerator Override(string name, Type result, params Type[] parameters) => _type.DefineMethod(name, Overrides, result, parameters).GetILGenerator();

    private void EmitConstructor()
    {
        var il = _type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, Type.EmptyTypes).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, BaseType.GetConstructor(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, Type.EmptyTypes)!);
        if (_shape.Options != InvokeMethodOptions.None)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, (int)_shape.Options);
            il.Emit(OpCodes.Call, typeof(RequestBase).GetMethod(nameof(RequestBase.AddInvokeMethodOptions))!);
        }

        il.Emit(OpCodes.Ret);
    }

    private void EmitInvoke()
    {
        var il = _type.DefineMethod("InvokeInner", MethodAttributes.Family | MethodAttributes.Virtual | MethodAttributes.HideBySig, _shape.Method.ReturnType, Type.EmptyTypes).GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, _target);
        foreach (var argument in _arguments)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, argument);
        }

        il.Emit(OpCodes.Callvirt, _shape.Method);
        il.Emit(OpCodes.Ret);
    }

    private void EmitArguments()
    {
        var count = Override(nameof(IInvokable.GetArgumentCount), typeof(int));
        count.Emit(OpCodes.Ldc_I4, _arguments.Length);
        count.Emit(OpCodes.Ret);

        var get = Override(nameof(IInvokable.GetArgument), typeof(object), typeof(int));
        EmitSwitch(get, argument =>
        {
            get.Emit(OpCodes.Ldarg_0);
            get.Emit(OpCodes.Ldfld, argument);
            get.Emit(OpCodes.Box, argument.FieldType);
        }, returnsValue: true);

        var set = Override(nameof(IInvokable.SetArgument), typeof(void), typeof(int), typeof(object));
        EmitSwitch(set, argument =>
        {
            set.Emit(OpCodes.Ldarg_0);
            set.Emit(OpCodes.Ldarg_2);
            set.Emit(OpCodes.Unbox_Any, argument.FieldType);
            set.Emit(OpCodes.Stfld, argument);
        }, returnsValue: false);
    }

    private void EmitSwitch(ILGenerator il, Action<FieldBuilder> emit, bool returnsValue)
    {
        var labels = Array.ConvertAll(_arguments, _ => il.DefineLabel());
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Switch, labels);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldsfld, _shapeField);
        il.Emit(OpCodes.Call, Helper(nameof(RequestHelpers.ThrowArgumentIndex)));
        if (!returnsValue)
        {
            il.Emit(OpCodes.Pop);
        }

        il.Emit(OpCodes.Ret);
        for (var i = 0; i < labels.Length; i++)
        {
            il.MarkLabel(labels[i]);
            emit(_arguments[i]);
            il.Emit(OpCodes.Ret);
        }
    }

    private void EmitTarget()
    {
        var get = Override(nameof(IInvokable.GetTarget), typeof(object));
        get.Emit(OpCodes.Ldarg_0);
        get.Emit(OpCodes.Ldfld, _target);
        get.Emit(OpCodes.Ret);

        var set = Override(nameof(IInvokable.SetTarget), typeof(void), typeof(ITargetHolder));
        set.Emit(OpCodes.Ldarg_0);
        set.Emit(OpCodes.Ldarg_1);
        set.Emit(OpCodes.Ldsfld, _shapeField);
        set.Emit(OpCodes.Call, Helper(nameof(RequestHelpers.GetTarget)));
        set.Emit(OpCodes.Castclass, _shape.InterfaceType);
        set.Emit(OpCodes.Stfld, _target);
        if (_shape.TokenIndex >= 0)
        {
            set.Emit(OpCodes.Ldarg_0);
            set.Emit(OpCodes.Ldarg_0);
            set.Emit(OpCodes.Ldflda, _source);
            set.Emit(OpCodes.Call, Helper(nameof(RequestHelpers.ReceiveToken)));
            set.Emit(OpCodes.Stfld, _arguments[_shape.TokenIndex]);
        }

        set.Emit(OpCodes.Ret);

        Override(nameof(IDisposable.Dispose), typeof(void)).Emit(OpCodes.Ret);
    }

    private void EmitDescription()
    {
        void FromShape(string name, Type result, string property)
        {
            var il = Override(name, result);
            il.Emit(OpCodes.Ldsfld, _shapeField);
            il.Emit(OpCodes.Call, typeof(RequestShape).GetProperty(property)!.GetMethod!);
            il.Emit(OpCodes.Ret);
        }

        FromShape(nameof(IInvokable.GetMethodName), typeof(string), nameof(RequestShape.MethodName));
        FromShape(nameof(IInvokable.GetInterfaceName), typeof(string), nameof(RequestShape.InterfaceName));
        FromShape(nameof(IInvokable.GetActivityName), typeof(string), nameof(RequestShape.ActivityName));
        FromShape(nameof(IInvokable.GetInterfaceType), typeof(Type), nameof(RequestShape.InterfaceType));
        FromShape(nameof(IInvokable.GetMethod), typeof(MethodInfo), nameof(RequestShape.Method));
        FromShape(nameof(IInvokable.GetDefaultResponseTimeout), typeof(TimeSpan?), nameof(RequestShape.ResponseTimeout));
        var shape = Override(nameof(IShapedRequest.GetShape), typeof(RequestShape));
        shape.Emit(OpCodes.Ldsfld, _shapeField);
        shape.Emit(OpCodes.Ret);
    }

    private void EmitCancellation()
    {
        var token = Override(nameof(IInvokable.GetCancellationToken), typeof(CancellationToken));
        token.Emit(OpCodes.Ldarg_0);
        token.Emit(OpCodes.Ldfld, _arguments[_shape.TokenIndex]);
        token.Emit(OpCodes.Ret);

        var cancel = Override(nameof(IInvokable.TryCancel), typeof(bool));
        cancel.Emit(OpCodes.Ldarg_0);
        cancel.Emit(OpCodes.Ldfld, _source);
        cancel.Emit(OpCodes.Call, Helper(nameof(RequestHelpers.TryCancel)));
        cancel.Emit(OpCodes.Ret);

        var cancellable = _type.DefineMethod("get_" + nameof(IInvokable.IsCancellable), Overrides | MethodAttributes.SpecialName, typeof(bool), Type.EmptyTypes).GetILGenerator();
        cancellable.Emit(OpCodes.Ldc_I4_1);
        cancellable.Emit(OpCodes.Ret);
    }
}
