namespace Orleans.Runtime;

/// <summary>Decides what becomes of a process that must not go on.</summary>
public interface IFatalErrorHandler
{
    bool IsUnexpected(Exception exception);

    void OnFatalException(object? sender = null, string? context = null, Exception? exception = null);
}
