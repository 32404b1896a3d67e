using Sheaf.Training.Models.Layers;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Training.Models;

public sealed class KeyedDropout2dTests
{
    [Fact]
    public void Forward_EnsureWholeChannelsAreDroppedByTheKeyAndTheOthersScaled()
    {
        using var scope = NewDisposeScope();
        var context = new StepContext(7) { Step = 3, Shard = 1 };
        using var layer = new KeyedDropout2dLayer(context, 2, 0.25);
        layer.train();
        var dropped = layer.forward(ones(64, 8, 3, 3));
        var channels = dropped.reshape(512, 9);
        Assert.True(channels.std(1).max().item<float>() == 0);
        var kept = channels.narrow(1, 0, 1).gt(0).sum().item<long>();
        Assert.InRange(kept, 512 * 0.65, 512 * 0.85);
        Assert.Equal(1 / 0.75f, dropped.max().item<float>());
        Assert.True(dropped.allclose(layer.forward(ones(64, 8, 3, 3)), 0, 0));
        context.Shard = 2;
        Assert.False(dropped.allclose(layer.forward(ones(64, 8, 3, 3)), 0, 0));
        layer.eval();
        Assert.True(layer.forward(ones(4, 8, 3, 3)).allclose(ones(4, 8, 3, 3), 0, 0));
    }
}
