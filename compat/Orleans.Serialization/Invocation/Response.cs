namespace Orleans.Serialization.Invocation;

public abstract class Response : IDisposable
{
    public static Response Completed => CompletedResponse.Instance;

    public abstract object? Result { get; set; }

    public abstract Exception? Exception { get; set; }

    public static Response FromResult<TResult>(TResult value) => new Response<TResult> { TypedResult = value };

    public static Response FromException(Exception exception) => new ExceptionResponse { Exception = exception };

    public abstract T GetResult<T>();

    public virtual Type? GetSimpleResultType() => null;

    public abstract void Dispose();

    public override string ToString() => Exception is { } exception ? exception.ToString() : Result?.ToString() ?? "[null]";
}
