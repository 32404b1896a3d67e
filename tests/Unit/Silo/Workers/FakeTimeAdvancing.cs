namespace Sheaf.Tests.Unit.Silo.Workers;

internal static class FakeTimeAdvancing
{
    /// <summary>Moves on, second by second, until the task is done: whatever it waits for, time is not what it lacks.</summary>
    public static async Task AdvanceUntil(this FakeTimeProvider time, Task task, CancellationToken guard)
    {
        while (!task.IsCompleted)
        {
            guard.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
