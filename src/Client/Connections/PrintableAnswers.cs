using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Sheaf.Surroundings;

namespace Sheaf.Client.Connections;

/// <summary>
/// Makes every text of a server's answers fit for a terminal as it arrives: names, paths, values and messages may hold bytes of somebody's file. For output to
/// people; JSON has escapes of its own. Thread-safe.
/// </summary>
internal sealed class PrintableAnswers : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new(ResponseAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new(new Stream<TResponse>(call.ResponseStream), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private static async Task<TResponse> ResponseAsync<TResponse>(Task<TResponse> response)
    {
        var answer = await response;
        Mend(answer as IMessage);
        return answer;
    }

    private static void Mend(IMessage? message)
    {
        foreach (var field in message?.Descriptor.Fields.InFieldNumberOrder() ?? [])
        {
            switch (field.FieldType, field.Accessor.GetValue(message))
            {
                case (FieldType.String, string text) when Printable.Lines(text) is var shown && shown != text:
                    field.Accessor.SetValue(message, shown);
                    break;
                case (FieldType.String, IList<string> texts):
                    for (var i = 0; i < texts.Count; i++)
                    {
                        texts[i] = Printable.Lines(texts[i]);
                    }

                    break;
                case (FieldType.Message, IMessage part):
                    Mend(part);
                    break;
                case (FieldType.Message, System.Collections.IDictionary map):
                    // The one kind of map that the protocol has: a number by name.
                    break;
                case (FieldType.Message, System.Collections.IEnumerable parts):
                    foreach (var part in parts)
                    {
                        Mend(part as IMessage);
                    }

                    break;
            }
        }
    }

    private sealed class Stream<T>(IAsyncStreamReader<T> inner) : IAsyncStreamReader<T>
    {
        public T Current { get; private set; } = default!;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await inner.MoveNext(cancellationToken))
            {
                return false;
            }

            Current = inner.Current;
            Mend(Current as IMessage);
            return true;
        }
    }
}
