using Sheaf.Training.Devices;

namespace Sheaf.Tests.Unit.Training;

public sealed class LibTorchTests
{
    [Fact]
    public void Demand_WhereItLoads_SaysNothing() => LibTorch.Demand();

    [Fact]
    public void Demand_WhereItDoesNotLoad_IsRefusedWithTheReasonAndWithoutTheBindingsAdvice()
    {
        var failure = Assert.Throws<LibTorchException>(() => LibTorch.Demand(() =>
            throw new TypeInitializationException(
                "TorchSharp.torch",
                new NotSupportedException(
                    "This application or script uses TorchSharp but doesn't contain a reference to libtorch-cpu-linux-x64.\nConsider..."))));

        Assert.StartsWith("libtorch cannot be loaded: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }
}
