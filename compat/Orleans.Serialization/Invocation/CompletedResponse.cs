namespace Orleans.Serialization.Invocation;

/// <summary>The response of a method without a result. Shared, so it cannot be changed.</summary>
public sealed class CompletedResponse : Response
{
    public static CompletedResponse Instance { get; } = new();

    public override object? Result
    {
        get => null;
        set => throw new InvalidOperationException("The response of a method without a result cannot be given one.");
    }

    public override Exception? Exception
    {
        get => null;
        set => throw new InvalidOperationException("The response of a completed method cannot be given an exception.");
    }

    public override T GetResult<T>() => default!;

    public override void Dispose()
    {
    }
}
