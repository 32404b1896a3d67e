using System.Runtime.ExceptionServices;

namespace Orleans.Serialization.Invocation;

public sealed class ExceptionResponse : Response
{
    public override object? Result
    {
        get => Throw();
        set => throw new InvalidOperationException("A response that holds an exception cannot be given a result.");
    }

    public override Exception? Exception { get; set; }

    public override T GetResult<T>() => (T)Throw()!;

    public override void Dispose()
    {
    }

    private object? Throw()
    {
        ExceptionDispatchInfo.Capture(Exception!).Throw();
        return null;
    }
}
