namespace Sheaf.Tests.Architecture;

/// <summary>Each rule finds what it is for, in an assembly that breaks it.</summary>
public sealed class AssemblyRulesTests : IDisposable
{
    private readonly BrokenAssembly _broken = new();

    public void Dispose() => _broken.Dispose();

    [Fact]
    public void References_EnsureFoundByNameAndByPrefix()
    {
        using var facts = _broken.Open();
        Assert.Equal(["it refers to TorchSharp"], AssemblyRules.References(facts, "TorchSharp"));
        Assert.Equal(["it refers to Orleans.Core.Abstractions"], AssemblyRules.References(facts, "Orleans"));
        Assert.Empty(AssemblyRules.References(facts, "Torch"));
    }

    [Fact]
    public void WallClock_EnsureFoundWholeTypesIncluded()
    {
        using var facts = _broken.Open();
        var found = AssemblyRules.ReadsOfTheWallClock(facts);
        Assert.Contains(found, f => f.Contains("System.DateTime.get_UtcNow", StringComparison.Ordinal));
        Assert.Contains(found, f => f.Contains("System.Diagnostics.Stopwatch.GetTimestamp", StringComparison.Ordinal));
        Assert.Equal(2, found.Count);
    }

    [Theory]
    [InlineData("FieldGrain")]
    [InlineData("SignatureGrain")]
    [InlineData("BodyGrain")]
    [InlineData("NestedGrain")]
    [InlineData("DerivedGrain")]
    public void Grains_EnsureTensorFound(string grain)
    {
        using var facts = _broken.Open();
        Assert.Contains(AssemblyRules.GrainsThatUse(facts, "TorchSharp"), f => f.Contains($"Broken.{grain} ", StringComparison.Ordinal));
    }

    [Fact]
    public void InnocentGrainsAndOtherTypes_EnsureNotFound()
    {
        using var facts = _broken.Open();
        var found = AssemblyRules.GrainsThatUse(facts, "TorchSharp");
        Assert.Contains("Broken.InnocentGrain", facts.Derived("Orleans.Grain"));
        Assert.DoesNotContain(found, f => f.Contains("InnocentGrain", StringComparison.Ordinal) || f.Contains("DeviceThread", StringComparison.Ordinal));
    }
}
