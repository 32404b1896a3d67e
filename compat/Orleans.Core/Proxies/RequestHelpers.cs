using Orleans.Serialization.Invocation;
using Orleans.Serialization.Wire;

namespace Orleans.Runtime.Proxies;

/// <summary>Called by emitted proxies and requests. Public for them only: the type is internal.</summary>
internal static class RequestHelpers
{
    /// <summary>Replaces the arguments by copies, made together so that an object passed twice stays one object.</summary>
    public static void CopyArguments(GrainReference reference, IInvokable request, RequestShape shape)
    {
        var codecs = shape.CopyCodecs(((ReferenceShared)reference.Shared).Copier.Codecs);
        if (Array.TrueForAll(codecs, static c => c is null))
        {
            return;
        }

        var writer = WireWriter.Rent(WireMode.Copy);
        try
        {
            for (var i = 0; i < codecs.Length; i++)
            {
                codecs[i]?.WriteBoxed(writer, request.GetArgument(i));
            }

            var reader = writer.Read();
            for (var i = 0; i < codecs.Length; i++)
            {
                if (codecs[i] is { } codec)
                {
                    request.SetArgument(i, codec.ReadBoxed(reader));
                }
            }
        }
        finally
        {
            WireWriter.Return(writer);
        }
    }

    public static object? GetTarget(ITargetHolder holder, RequestShape shape) =>
        typeof(IGrainExtension).IsAssignableFrom(shape.InterfaceType) ? holder.GetComponent(shape.InterfaceType) : holder.GetTarget();

    /// <summary>The callee gets a token of its own, which <see cref="TryCancel"/> cancels: for a timeout also when the caller gave none.</summary>
    public static CancellationToken ReceiveToken(out CancellationTokenSource source)
    {
        source = new CancellationTokenSource();
        return source.Token;
    }

    public static bool TryCancel(CancellationTokenSource? source)
    {
        source?.Cancel();
        return source is not null;
    }

    public static object ThrowArgumentIndex(int index, RequestShape shape) =>
        throw new ArgumentOutOfRangeException(nameof(index), index, $"{shape.InterfaceName}.{shape.MethodName} has {shape.Parameters.Length} arguments.");
}
