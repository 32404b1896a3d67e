using Sheaf.Silo.Devices;
using Sheaf.Training.Devices;

namespace Sheaf.Tests.Unit.Silo.Devices;

public sealed class LocalDevicesTests
{
    private static readonly Gpu[] Two = [new(0, "NVIDIA A", 80), new(1, "NVIDIA A", 81)];

    [Theory]
    [InlineData("cpu:2", 2)]
    [InlineData("cpu:1", 1)]
    public void Parse_EnsureCpuCoresAreListed(string text, int count) => Assert.Equal(count, LocalDevices.Parse(text).All.Count);

    [Theory]
    [InlineData("cpu")]
    [InlineData("cpu:0")]
    [InlineData("gpu:1")]
    [InlineData("cpu:-1")]
    [InlineData("cuda")]
    [InlineData("cuda:0")]
    public void Parse_EnsureNonsenseIsRefusedWithTheForm(string text) =>
        Assert.Contains("cpu:N or cuda:N", Assert.Throws<FormatException>(() => LocalDevices.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_EnsureTheFirstGpusAreListed()
    {
        var device = Assert.Single(LocalDevices.Parse("cuda:1", () => Two, () => 2).All);
        Assert.Equal(("cuda:0", "NVIDIA A", 80L), (device.Name, device.Model, device.MemoryBytes));
        Assert.Equal(["cuda:0", "cuda:1"], LocalDevices.Parse("cuda:2", () => Two, () => 2).All.Select(each => each.Name));
    }

    [Fact]
    public void Parse_EnsureCoresAreOfferedWithoutAskingForGpus() =>
        Assert.Single(LocalDevices.Parse("cpu:1", () => throw new InvalidOperationException(), () => throw new InvalidOperationException()).All);

    [Theory]
    [InlineData("cuda:1", 0, 0, "no NVIDIA GPU is visible")]
    [InlineData("cuda:3", 2, 2, "at most cuda:2")]
    [InlineData("cuda:2", 2, 0, "libtorch can use 0 of the 2 GPUs")]
    public void Parse_EnsureGpusThatCannotBeUsedAreRefusedWithTheReason(string text, int visible, int usable, string reason) =>
        Assert.Contains(
            reason, Assert.Throws<FormatException>(() => LocalDevices.Parse(text, () => Two[..visible], () => usable)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_EnsureGpusOfTwoModelsAreRefusedTogether()
    {
        Gpu[] mixed = [Two[0], new(1, "NVIDIA B", 80)];
        Assert.Contains(
            "NVIDIA A and NVIDIA B",
            Assert.Throws<FormatException>(() => LocalDevices.Parse("cuda:2", () => mixed, () => 2)).Message,
            StringComparison.Ordinal);
        Assert.Equal("cuda:0", LocalDevices.Parse("cuda:1", () => mixed, () => 2).First);
    }
}
