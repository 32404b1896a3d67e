using System.Diagnostics;
using Sheaf.Client.Clusters;

namespace Sheaf.Tests.EndToEnd.Clusters;

/// <summary>The database of `cluster up` after its machine, or its container, went down without a goodbye.</summary>
public sealed class PrivateDatabaseTests : IDisposable
{
    private readonly OpenFolder _folder = new();

    private static CancellationToken Guard => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>Another process has the number in postmaster.pid, of the database's own user, which PostgreSQL takes for a server of its own.</summary>
    [Fact]
    public async Task NumberOfADeadServer_ThatIsAnothersByNow_NeitherEndsItNorKeepsTheDatabaseFromStarting()
    {
        var database = await PrivateDatabase.OfAsync(new ClusterPaths(_folder.Path), Guard);
        using var other = Sleeping();
        try
        {
            await database.UpAsync(Environment.GetEnvironmentVariable, Guard);
            using (var server = Process.GetProcessById(database.Pid!.Value))
            {
                server.Kill();
                await server.WaitForExitAsync(Guard);
            }

            var noted = Path.Combine(database.Folder, "data", "postmaster.pid");
            await File.WriteAllLinesAsync(noted, [$"{other.Id}", .. (await File.ReadAllLinesAsync(noted, Guard)).Skip(1)], Guard);

            Assert.Null(database.Pid);
            await database.DownAsync(Guard);
            Assert.False(other.HasExited);

            await database.UpAsync(Environment.GetEnvironmentVariable, Guard);
            Assert.NotNull(database.Pid);
            Assert.NotEqual(other.Id, database.Pid);
            Assert.False(other.HasExited);
        }
        finally
        {
            await database.DownAsync(CancellationToken.None);
            database.Purge();
            other.Kill();
        }
    }

    private static Process Sleeping() => Process.Start(Environment.IsPrivilegedProcess
        ? new ProcessStartInfo("setpriv", ["--reuid", Tool.DatabaseUser, "--clear-groups", "sleep", "600"])
        : new ProcessStartInfo("sleep", ["600"]))!;
}
