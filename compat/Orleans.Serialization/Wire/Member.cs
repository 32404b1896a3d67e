using System.Reflection;
using System.Reflection.Emit;

namespace Orleans.Serialization.Wire;

/// <summary>One field of a type's wire form: its id and how to get at it.</summary>
internal abstract class Member<TObject>(uint id)
{
    public uint Id { get; } = id;

    public abstract int Size { get; }

    public abstract void Write(WireWriter writer, ref TObject target);

    public abstract void Read(WireReader reader, ref TObject target);

    public static Member<TObject> Create(uint id, FieldInfo field, Codec codec) =>
        (Member<TObject>)Activator.CreateInstance(typeof(Member<,>).MakeGenericType(typeof(TObject), field.FieldType), id, field, codec)!;

    public static Member<TObject> Create(uint id, PropertyInfo property, Codec codec) =>
        (Member<TObject>)Activator.CreateInstance(typeof(Member<,>).MakeGenericType(typeof(TObject), property.PropertyType), id, property, codec)!;
}

internal sealed class Member<TObject, TValue> : Member<TObject>
{
    private readonly Getter _get;
    private readonly Setter _set;
    private readonly Codec<TValue> _codec;

    public Member(uint id, FieldInfo field, Codec codec)
        : base(id)
    {
        _codec = (Codec<TValue>)codec;
        _get = (Getter)Emit(typeof(Getter), typeof(TValue), [typeof(TObject).MakeByRefType()], il => il.Emit(OpCodes.Ldfld, field));
        _set = (Setter)Emit(typeof(Setter), typeof(void), [typeof(TObject).MakeByRefType(), typeof(TValue)], il =>
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Stfld, field);
        });
    }

    public Member(uint id, PropertyInfo property, Codec codec)
        : base(id)
    {
        _codec = (Codec<TValue>)codec;
        _get = (Getter)Emit(typeof(Getter), typeof(TValue), [typeof(TObject).MakeByRefType()], il => il.Emit(OpCodes.Call, property.GetMethod!));
        _set = (Setter)Emit(typeof(Setter), typeof(void), [typeof(TObject).MakeByRefType(), typeof(TValue)], il =>
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Call, property.SetMethod!);
        });
    }

    private delegate TValue Getter(ref TObject target);

    private delegate void Setter(ref TObject target, TValue value);

    public override int Size => _codec.Size;

    public override void Write(WireWriter writer, ref TObject target) => _codec.Write(writer, _get(ref target));

    public override void Read(WireReader reader, ref TObject target) => _set(ref target, _codec.Read(reader));

    // Emitted, because expressions refuse to assign readonly fields.
    private static Delegate Emit(Type type, Type result, Type[] parameters, Action<ILGenerator> access)
    {
        var method = new DynamicMethod("Access", result, parameters, typeof(Member<TObject, TValue>).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        if (!typeof(TObject).IsValueType)
        {
            il.Emit(OpCodes.Ldind_Ref);
        }

        access(il);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate(type);
    }
}
