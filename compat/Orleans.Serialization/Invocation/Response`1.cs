namespace Orleans.Serialization.Invocation;

public sealed class Response<TResult> : Response
{
    public TResult? TypedResult { get; set; }

    public override object? Result
    {
        get => TypedResult;
        set => TypedResult = (TResult?)value;
    }

    public override Exception? Exception
    {
        get => null;
        set => throw new InvalidOperationException($"A {GetType()} holds a result, so it cannot be given the exception {value?.GetType()}.");
    }

    public override T GetResult<T>() => this is Response<T> typed ? typed.TypedResult! : (T)(object?)TypedResult!;

    public override Type? GetSimpleResultType() => typeof(TResult);

    public override void Dispose() => TypedResult = default;
}
