namespace TorchSharp.Interop;

/// <summary>One ATen operator, `name` or `name.overload`; looked up at its first call. Thread-safe.</summary>
internal sealed unsafe class Op(string name)
{
    private nint _handle;

    private nint Handle => _handle != 0 ? _handle : Find();

    private nint Find()
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return _handle = Native.Check(Native.st_find("aten::" + (dot < 0 ? name : name[..dot]), dot < 0 ? "" : name[(dot + 1)..]));
    }

    /// <summary>Calls with the first arguments given and the rest at the schema's defaults. Returns the number of results.</summary>
    private int Call(ReadOnlySpan<Argument> arguments, Value* results, int capacity)
    {
        var values = stackalloc Value[arguments.Length];
        var listBytes = 0;
        foreach (ref readonly var argument in arguments) listBytes += argument.ListBytes + 7;
        if (listBytes > 4096) return CallLarge(arguments, listBytes, results, capacity);
        var scratch = stackalloc long[(listBytes / 8) + 1];
        return Finish(arguments, values, (byte*)scratch, results, capacity);
    }

    private int CallLarge(ReadOnlySpan<Argument> arguments, int listBytes, Value* results, int capacity)
    {
        var values = stackalloc Value[arguments.Length];
        fixed (long* scratch = new long[(listBytes / 8) + 1]) return Finish(arguments, values, (byte*)scratch, results, capacity);
    }

    private int Finish(ReadOnlySpan<Argument> arguments, Value* values, byte* scratch, Value* results, int capacity)
    {
        for (var i = 0; i < arguments.Length; i++) arguments[i].Write(values + i, ref scratch);
        var count = Native.st_call(Handle, values, arguments.Length, results, capacity);
        return count >= 0 ? count : throw Native.Failure();
    }

    /// <summary>The one tensor that the operator returns.</summary>
    public torch.Tensor One(params ReadOnlySpan<Argument> arguments)
    {
        Value result = default;
        Call(arguments, &result, 1);
        return new torch.Tensor(result.Data);
    }

    /// <summary>Calls an in-place operator and gives back its first argument.</summary>
    public torch.Tensor Self(params ReadOnlySpan<Argument> arguments)
    {
        Call(arguments, null, 0);
        return arguments[0].Tensor;
    }

    public (torch.Tensor, torch.Tensor) Two(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc Value[2];
        Call(arguments, results, 2);
        return (new(results[0].Data), new(results[1].Data));
    }

    public (torch.Tensor, torch.Tensor, torch.Tensor) Three(params ReadOnlySpan<Argument> arguments)
    {
        var results = stackalloc Value[3];
        Call(arguments, results, 3);
        return (new(results[0].Data), new(results[1].Data), new(results[2].Data));
    }

    public torch.Tensor[] Many(params ReadOnlySpan<Argument> arguments)
    {
        const int Capacity = 16;
        var results = stackalloc Value[Capacity];
        var count = Call(arguments, results, Capacity);
        var tensors = new torch.Tensor[count];
        for (var i = 0; i < Math.Min(count, Capacity); i++) tensors[i] = new(results[i].Data);
        if (count > Capacity)
        {
            var rest = new nint[count - Capacity];
            fixed (nint* handles = rest) Native.st_overflow(handles);
            for (var i = 0; i < rest.Length; i++) tensors[Capacity + i] = new(rest[i]);
        }
        return tensors;
    }

    public bool Bool(params ReadOnlySpan<Argument> arguments)
    {
        Value result = default;
        Call(arguments, &result, 1);
        return result.Integer != 0;
    }

    /// <summary>A Scalar result.</summary>
    public Value Number(params ReadOnlySpan<Argument> arguments)
    {
        Value result = default;
        Call(arguments, &result, 1);
        return result;
    }
}
