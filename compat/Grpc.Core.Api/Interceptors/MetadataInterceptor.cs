namespace Grpc.Core.Interceptors;

/// <summary>Gives every call the headers that a function makes of a copy of its own.</summary>
internal sealed class MetadataInterceptor(Func<Metadata, Metadata> change) : ClientContextInterceptor
{
    protected override ClientInterceptorContext<TRequest, TResponse> Change<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
    {
        var headers = new Metadata();
        foreach (var entry in context.Options.Headers ?? Metadata.Empty)
        {
            headers.Add(entry);
        }

        return new(context.Method, context.Host, context.Options.WithHeaders(change(headers)));
    }
}
