using Sheaf.Testbed;

namespace Sheaf.Tests.Faults;

/// <summary>Tests of the testbed's networks: what another run of the tests has or left behind stops nobody.</summary>
public sealed class NetworkLabTests
{
    [Fact]
    public async Task NetworksOfAnOwnerThatWasKilled_EnsureTheNextOneClearsAndTakesThem()
    {
        await SkipUnlessPossibleAsync();
        var number = LabNumber.Claim();
        var left = await NetworkLab.CreateAsync(number);
        await left.AddAsync("s0");

        await using var next = await NetworkLab.CreateAsync(number);
        var (address, _) = await next.AddAsync("s0");

        Assert.Equal($"10.213.{number.Value}.1", address);
    }

    [Fact]
    public async Task TwoAtOnce_EnsureEachHasItsOwn()
    {
        await SkipUnlessPossibleAsync();
        await using var one = await NetworkLab.CreateAsync();
        await using var other = await NetworkLab.CreateAsync();

        Assert.NotEqual((await one.AddAsync("s0")).Address, (await other.AddAsync("s0")).Address);
    }

    private static async Task SkipUnlessPossibleAsync()
    {
        var whyNot = await NetworkLab.WhyNotAsync();
        Assert.SkipWhen(whyNot is not null, $"No network can be made here: {whyNot}.");
    }
}
