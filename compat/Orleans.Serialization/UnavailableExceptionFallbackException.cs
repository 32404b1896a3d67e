namespace Orleans.Serialization;

/// <summary>Carries an exception whose type this process does not have: its type's name, message and stack trace.</summary>
[GenerateSerializer]
public sealed class UnavailableExceptionFallbackException : Exception
{
    public UnavailableExceptionFallbackException()
    {
    }

    public UnavailableExceptionFallbackException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    [Id(0)]
    public string? ExceptionType { get; internal set; }

    public override string ToString() => $"Unknown exception of type {ExceptionType}: {base.ToString()}";
}
