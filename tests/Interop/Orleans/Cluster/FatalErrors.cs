namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>Takes the place of the handler that ends the process.</summary>
internal sealed class FatalErrors : IFatalErrorHandler
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> First => _first.Task.WaitAsync(TestContext.Current.CancellationToken);

    public bool HasHappened => _first.Task.IsCompleted;

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null) => _first.TrySetResult(context ?? "");
}
