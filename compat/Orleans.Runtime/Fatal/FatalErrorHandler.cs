using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>Ends the process at once, as officially: nothing that it still holds may be written. Thread-safe.</summary>
internal sealed class FatalErrorHandler(ILogger<FatalErrorHandler> logger) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => exception is not (OperationCanceledException or ThreadInterruptedException or ObjectDisposedException);

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        var text = $"Fatal error from {sender?.GetType().FullName ?? "an unknown sender"}. {context}";
        logger.LogCritical(exception, "{Text}", text);

        // The log may be written later by a thread that will not run any more.
        Console.Error.WriteLine(text);
        Environment.FailFast(text, exception);
    }
}
