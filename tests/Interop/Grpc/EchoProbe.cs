namespace Sheaf.Tests.Interop.Grpc;

/// <summary>What a test waits for on the server's side.</summary>
public sealed class EchoProbe
{
    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
