using System.Reflection;
using Orleans.CodeGeneration;
using Orleans.Concurrency;
using Orleans.Serialization.Wire;

namespace Orleans.Runtime.Proxies;

/// <summary>What is the same for all calls of one interface method. Thread-safe.</summary>
internal sealed class RequestShape
{
    private Copying? _copying;
    private Copying? _wire;

    public RequestShape(Type interfaceType, MethodInfo method)
    {
        InterfaceType = interfaceType;
        Method = method;
        Parameters = method.GetParameters();
        TokenIndex = Array.FindIndex(Parameters, p => p.ParameterType == typeof(CancellationToken));
        ResponseTimeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        IsResultImmutable = method.ReturnParameter.IsDefined(typeof(ImmutableAttribute), inherit: false);
        Options = (method.IsDefined(typeof(OneWayAttribute)) ? InvokeMethodOptions.OneWay : InvokeMethodOptions.None)
            | (method.IsDefined(typeof(ReadOnlyAttribute)) ? InvokeMethodOptions.ReadOnly : InvokeMethodOptions.None)
            | (method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? InvokeMethodOptions.AlwaysInterleave : InvokeMethodOptions.None);
    }

    public Type InterfaceType { get; }

    public MethodInfo Method { get; }

    public ParameterInfo[] Parameters { get; }

    /// <summary>Which parameter is the cancellation token; -1 when there is none.</summary>
    public int TokenIndex { get; }

    public TimeSpan? ResponseTimeout { get; }

    public bool IsResultImmutable { get; }

    public InvokeMethodOptions Options { get; }

    public string MethodName => Method.Name;

    public string InterfaceName => InterfaceType.FullName!;

    public string ActivityName => $"{InterfaceType.Name}/{Method.Name}";

    /// <summary>How the arguments go to another silo; null for the cancellation token, which does not.</summary>
    public Codec?[] WireCodecs(CodecFactory factory)
    {
        var wire = _wire;
        if (wire is null || !ReferenceEquals(wire.Factory, factory))
        {
            _wire = wire = new Copying(factory, Array.ConvertAll(Parameters, p => p.ParameterType == typeof(CancellationToken) ? null : factory.Field(p.ParameterType, shared: false)));
        }

        return wire.Codecs;
    }

    public Codec?[] CopyCodecs(CodecFactory factory)
    {
        var copying = _copying;
        if (copying is null || !ReferenceEquals(copying.Factory, factory))
        {
            _copying = copying = new Copying(factory, Array.ConvertAll(Parameters, p => CopyCodec(factory, p)));
        }

        return copying.Codecs;
    }

    // Null: the argument is passed on as it is.
    private static Codec? CopyCodec(CodecFactory factory, ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(CancellationToken) || parameter.IsDefined(typeof(ImmutableAttribute), inherit: false))
        {
            return null;
        }

        var codec = factory.Field(parameter.ParameterType, shared: false);
        return codec.IsImmutable ? null : codec;
    }

    private sealed record Copying(CodecFactory Factory, Codec?[] Codecs);
}
