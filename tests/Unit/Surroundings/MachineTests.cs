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

    [Fact]
    public void Refusal_OfTheMachineThatRunsTheTests_IsNone() => Assert.Null(Machine.This.Refusal);
}
