using Sheaf.Contracts.Grains;
using Sheaf.Silo.Workers;

namespace Sheaf.Tests.Unit.Silo.Workers;

public sealed class WorkerKeyTests
{
    [Fact]
    public void Parse_EnsureThePartsOfKeyOf() =>
        Assert.Equal(new WorkerKey("fashion-1", 12, "10.0.0.1:11111@7"), WorkerKey.Parse(IWorkerGrain.KeyOf("fashion-1", 12, "10.0.0.1:11111@7")));

    [Theory]
    [InlineData("fashion/0")]
    [InlineData("fashion/x/silo")]
    [InlineData("/0/silo")]
    [InlineData("fashion/-1/silo")]
    public void Parse_EnsureAnotherFormIsRefusedByName(string key) =>
        Assert.Contains($"'{key}'", Assert.Throws<FormatException>(() => WorkerKey.Parse(key)).Message, StringComparison.Ordinal);
}
