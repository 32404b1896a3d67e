using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Surroundings;

public sealed class MachineTests
{
    [Theory]
    [InlineData("Windows", "X64", false, "this is Windows")]
    [InlineData("macOS", "Arm64", false, "this is macOS")]
    [InlineData("Linux", "Arm64", false, "this processor is Arm64")]
    [InlineData("Linux", "X64", true, "C library is musl")]
    public void Refusal_NamesWhatCannotWork(string system, string processor, bool musl, string reason) =>
        Assert.StartsWith(
            reason, new Machine(system, processor, musl).Refusal!.Replace("this system's ", "", StringComparison.Ordinal), StringComparison.Ordinal);

    [Theory]
    [InlineData(4_096_000_000L, "libtorch cannot be loaded: 3.8 GiB of address space are allowed here; a silo needs 8 GiB or more: ulimit -v unlimited.")]
    [InlineData((8L << 30) - 1, "libtorch cannot be loaded: 8.0 GiB of address space are allowed here; a silo needs 8 GiB or more: ulimit -v unlimited.")]
    [InlineData(8L << 30, null)]
    [InlineData(null, null)]
    public void Refusal_IsToldBeforeTooLittleAddressSpaceEndsASiloInTheMiddle(long? bytes, string? reason) =>
        Assert.Equal(reason, new Machine("Linux", "X64", false) { AddressSpace = bytes }.Refusal);

    [Fact]
    public void Refusal_OfTheMachineThatRunsTheTests_IsNone() => Assert.Null(Machine.This.Refusal);
}
