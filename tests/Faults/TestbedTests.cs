using Sheaf.Testbed;

namespace Sheaf.Tests.Faults;

public sealed class TestbedTests
{
    [Fact]
    public async Task Reference_EnsureTheUndisturbedRunIsTheSameTwice()
    {
        var folder = Directory.CreateTempSubdirectory("sheaf-rows-").FullName;
        TinySpec.WriteRows(folder);
        var one = await Reference.MakeAsync(TinySpec.Yaml("1", 20), folder);
        var two = await Reference.MakeAsync(TinySpec.Yaml("1", 20), folder);
        Directory.Delete(folder, recursive: true);

        Assert.Equal(320, one.Ledger.Count);
        Assert.Equal(one.WeightsSha256, two.WeightsSha256);
        Assert.Empty(RunCheck.Compare(one.Ledger, two.Ledger));
    }
}
