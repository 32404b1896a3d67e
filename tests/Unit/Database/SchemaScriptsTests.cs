using Sheaf.Database;
using Sheaf.Silo.Cluster;

namespace Sheaf.Tests.Unit.Database;

public sealed class SchemaScriptsTests
{
    [Fact]
    public void Scripts_AreInTheProgram_AndTheirVersionIsTheOneThatSilosWant()
    {
        Assert.Contains("OrleansMembershipTable", SchemaScripts.Text("orleans.sql"), StringComparison.Ordinal);
        Assert.Contains($"INSERT INTO SheafSchema (Version) VALUES ({ClusterSchema.Version})", SchemaScripts.Text("sheaf.sql"), StringComparison.Ordinal);
    }
}
