namespace Sheaf.Bench;

/// <summary>Lets time pass in a measurement.</summary>
internal static class Elapse
{
    public static async Task ForAsync(TimeSpan time)
    {
        using var timer = new PeriodicTimer(time, TimeProvider.System);
        await timer.WaitForNextTickAsync();
    }
}
