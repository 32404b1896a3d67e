using Orleans.CodeGeneration;
using Orleans.Runtime.Proxies;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;
using Orleans.Serialization.Wire;

namespace Orleans.Runtime.Messaging;

/// <summary>Requests and responses as bytes between silos. Thread-safe.</summary>
internal sealed class MessageCodec(CodecFactory codecs, TimeProvider time)
{
    private const byte Shaped = 0;
    private const byte Enumeration = 1;

    private const byte Completed = 0;
    private const byte Result = 1;
    private const byte Failure = 2;

    /// <param name="local">This silo, which is the sender of what was not sent to it by another.</param>
    public void WriteRequest(WireWriter writer, Message message, SiloAddress local)
    {
        writer.WriteUnmanaged(message.Id);
        writer.WriteString((message.SendingSilo ?? local).ToParsableString());
        writer.WriteString(message.TargetGrain.ToString());
        writer.WriteString(message.SendingGrain.IsDefault ? "" : message.SendingGrain.ToString());
        writer.WriteString(message.InterfaceType.IsDefault ? "" : message.InterfaceType.ToString());
        writer.WriteVarUInt((uint)message.Options);
        writer.WriteVarUInt((uint)message.ForwardCount);
        writer.WriteByte(message.IsPlacedHere ? (byte)1 : (byte)0);
        writer.WriteUnmanaged(message.Timeout.Ticks);
        codecs.Field<Dictionary<string, object>?>().Write(writer, message.RequestContext);
        WriteInvokable(writer, message.Request);
    }

    /// <summary>The message without its body, which <see cref="ReadBody"/> reads: what a response to a body that cannot be read needs.</summary>
    public RequestHeader ReadRequest(WireReader reader)
    {
        var id = reader.ReadUnmanaged<long>();
        var sender = SiloAddress.FromParsableString(reader.ReadString());
        var target = GrainId.Parse(reader.ReadString());
        var sending = reader.ReadString();
        var interfaceName = reader.ReadString();
        var options = (InvokeMethodOptions)reader.ReadVarUInt();
        var forwarded = (int)reader.ReadVarUInt();
        var placed = reader.ReadByte() != 0;
        var timeout = new TimeSpan(reader.ReadUnmanaged<long>());
        return new RequestHeader(
            id, sender, target, sending.Length == 0 ? default : GrainId.Parse(sending), interfaceName.Length == 0 ? default : GrainInterfaceType.Create(interfaceName), options, forwarded, placed, timeout);
    }

    public Message ReadBody(WireReader reader, RequestHeader header)
    {
        var context = codecs.Field<Dictionary<string, object>?>().Read(reader);
        return new Message
        {
            Id = header.Id,
            SendingSilo = header.SendingSilo,
            TargetGrain = header.TargetGrain,
            SendingGrain = header.SendingGrain,
            InterfaceType = header.InterfaceType,
            Options = header.Options,
            ForwardCount = header.ForwardCount,
            IsPlacedHere = header.IsPlacedHere,
            Timeout = header.Timeout,
            Expiry = header.Timeout == Timeout.InfiniteTimeSpan ? 0 : time.GetTimestamp() + (long)(header.Timeout.TotalSeconds * time.TimestampFrequency),
            RequestContext = context,
            Request = ReadInvokable(reader),
        };
    }

    /// <summary>The type of the result goes with it: filters may have changed it.</summary>
    public void WriteResponse(WireWriter writer, Response response)
    {
        if (response.Exception is { } exception)
        {
            writer.WriteByte(Failure);
            codecs.Field<Exception>().Write(writer, exception);
        }
        else if (response is CompletedResponse)
        {
            writer.WriteByte(Completed);
        }
        else
        {
            writer.WriteByte(Result);
            codecs.Field<object?>().Write(writer, response.Result);
        }
    }

    public Response ReadResponse(WireReader reader) => reader.ReadByte() switch
    {
        Completed => Response.Completed,
        Result => Response.FromResult(codecs.Field<object?>().Read(reader)),
        Failure => Response.FromException(codecs.Field<Exception>().Read(reader)),
        var kind => throw new SerializerException($"The message is torn: {kind} does not begin a response."),
    };

    private void WriteInvokable(WireWriter writer, IInvokable request)
    {
        if (request is IEnumerationRequest enumeration)
        {
            writer.WriteByte(Enumeration);
            writer.WriteString(request.GetMethodName());
            writer.WriteUnmanaged(enumeration.EnumerationId);
            codecs.Field<Type?>().Write(writer, enumeration.ElementType);
            writer.WriteByte(enumeration.Inner is null ? (byte)0 : (byte)1);
            if (enumeration.Inner is { } inner)
            {
                writer.WriteVarUInt((uint)(int)inner.GetType().GetProperty(nameof(IAsyncEnumerableRequest<int>.MaxBatchSize))!.GetValue(inner)!);
                WriteInvokable(writer, inner);
            }

            return;
        }

        var shape = ((IShapedRequest)request).GetShape();
        var (interfaceName, method) = RequestTypes.NameOf(shape);
        writer.WriteByte(Shaped);
        writer.WriteString(interfaceName);
        writer.WriteString(method);
        var arguments = shape.WireCodecs(codecs);
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i]?.WriteBoxed(writer, request.GetArgument(i));
        }
    }

    private IInvokable ReadInvokable(WireReader reader)
    {
        var kind = reader.ReadByte();
        if (kind == Enumeration)
        {
            var name = reader.ReadString();
            var id = reader.ReadUnmanaged<Guid>();
            var element = codecs.Field<Type?>().Read(reader);
            IInvokable? inner = null;
            if (reader.ReadByte() != 0)
            {
                var batch = (int)reader.ReadVarUInt();
                inner = ReadInvokable(reader);
                inner.GetType().GetProperty(nameof(IAsyncEnumerableRequest<int>.MaxBatchSize))!.SetValue(inner, batch);
            }

            return AsyncEnumerableExtensionReference.Restore(name, element, id, inner);
        }

        if (kind != Shaped)
        {
            throw new SerializerException($"The message is torn: {kind} does not begin a request.");
        }

        var request = RequestTypes.Create(reader.ReadString(), reader.ReadString());
        var arguments = ((IShapedRequest)request).GetShape().WireCodecs(codecs);
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is { } codec)
            {
                request.SetArgument(i, codec.ReadBoxed(reader));
            }
        }

        return request;
    }
}
