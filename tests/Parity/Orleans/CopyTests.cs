using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Tests.Parity.Orleans;

/// <summary>What crosses a call, also within one silo: lists and arrays are copied, messages that are marked as immutable are shared.</summary>
public sealed class CopyTests : OrleansTest
{
    [Fact]
    public async Task ListOfMessages_IsCopiedAndItsImmutableMessagesAreShared()
    {
        var violation = new Violation { Key = "seed", Line = 1, Column = 1, Message = "bad" };
        var sent = new List<Violation> { violation };
        var grain = Local.GetGrain<IKeepingGrain>("one");

        await grain.Keep(sent);
        sent.Clear();
        var received = (List<Violation>)await grain.Kept();
        Assert.Same(violation, Assert.Single(received));

        received.Clear();
        Assert.Single(await grain.Kept());
    }

    [Fact]
    public async Task Floats_ArriveBitForBit()
    {
        float[] values = [float.NaN, BitConverter.UInt32BitsToSingle(0x7FC00001), float.NegativeInfinity, -0f, 3e-39f, float.MaxValue];
        var received = await Remote.GetGrain<IKeepingGrain>("one").Echo(values);
        Assert.Equal(values.Select(BitConverter.SingleToUInt32Bits), received.Select(BitConverter.SingleToUInt32Bits));
    }
}
