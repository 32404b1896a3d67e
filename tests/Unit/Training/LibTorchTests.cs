using Sheaf.Training.Devices;

namespace Sheaf.Tests.Unit.Training;

public sealed class LibTorchTests
{
    [Fact]
    public void Demand_WhereItLoads_SaysNothing() => LibTorch.Demand();

    [Fact]
    public void Demand_WhereItDoesNotLoad_IsRefusedWithTheReasonAndWithoutTheBindingsAdvice()
    {
        var failure = Assert.Throws<LibTorchException>(() => LibTorch.Demand(AppContext.BaseDirectory, () =>
            throw new TypeInitializationException(
                "TorchSharp.torch",
                new NotSupportedException(
                    "This application or script uses TorchSharp but doesn't contain a reference to libtorch-cpu-linux-x64.\nConsider..."))));

        Assert.StartsWith("libtorch cannot be loaded: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void Demand_OfALibraryThatIsCutOff_NamesItBeforeAnythingElseTriesToLoad()
    {
        var folder = Directory.CreateTempSubdirectory("sheaf-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "libtorch_cpu.so"), [0x7f, (byte)'E', (byte)'L', (byte)'F']);

            var failure = Assert.Throws<LibTorchException>(() => LibTorch.Demand(folder, () => Assert.Fail("What needs the library was called.")));

            Assert.StartsWith("libtorch cannot be loaded: ", failure.Message, StringComparison.Ordinal);
            Assert.Contains(Path.Combine(folder, "libtorch_cpu.so"), failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
