namespace Sheaf.Tests.Architecture;

/// <summary>The "never" lines of the layout, held against what was compiled.</summary>
public sealed class AssemblyTests
{
    [Fact]
    public void Api_EnsureIsProtosOnly() =>
        AssertHolds("Sheaf.Contracts.Api", a => AssemblyRules.References(a, "Sheaf", "TorchSharp", "Orleans", "Microsoft.AspNetCore"));

    [Fact]
    public void GrainContracts_EnsureKnowNoImplementation() =>
        AssertHolds("Sheaf.Contracts.Grains", a => AssemblyRules.References(
            a, "Sheaf.Contracts.Api", "Sheaf.Silo", "Sheaf.Client", "Sheaf.Training", "TorchSharp", "Grpc", "Google", "Microsoft.AspNetCore"));

    [Theory]
    [InlineData("Sheaf.Records")]
    [InlineData("Sheaf.Surroundings")]
    public void WhatAllProjectsReach_EnsureKnowsNothingOfThem(string assembly) =>
        AssertHolds(assembly, a => AssemblyRules.References(a, "Sheaf", "TorchSharp", "Orleans", "Grpc", "Google", "Microsoft.AspNetCore"));

    [Fact]
    public void Specs_EnsureKnowsTextOnly() =>
        AssertHolds(
            "Sheaf.Specs",
            a => AssemblyRules.References(
                a,
                "Sheaf.Contracts",
                "Sheaf.Records",
                "Sheaf.Training",
                "Sheaf.Transport",
                "Sheaf.Silo",
                "Sheaf.Client",
                "Sheaf.Database",
                "TorchSharp",
                "Orleans",
                "Grpc",
                "Google",
                "Microsoft.AspNetCore"));

    [Fact]
    public void Client_EnsureSpeaksGrpcOnly() =>
        AssertHolds("Sheaf.Client", a => AssemblyRules.References(
            a, "Sheaf.Silo", "Sheaf.Training", "Sheaf.Contracts.Grains", "Sheaf.Database", "TorchSharp", "Orleans", "Npgsql", "Microsoft.AspNetCore"));

    [Fact]
    public void Sdk_EnsureKnowsTorchSharpAlone() => AssertHolds("Sheaf.Sdk", a => AssemblyRules.References(
        a, "Sheaf", "Orleans", "Grpc", "Google", "YamlDotNet", "Npgsql", "Microsoft.AspNetCore", "Microsoft.Extensions"));

    [Fact]
    public void Training_EnsureKnowsNoServer() =>
        AssertHolds("Sheaf.Training", a => AssemblyRules.References(
            a, "Sheaf.Silo", "Sheaf.Client", "Sheaf.Contracts", "Orleans", "Grpc", "Microsoft.AspNetCore"));

    [Fact]
    public void Training_EnsureReadsNoWallClock() => AssertHolds("Sheaf.Training", AssemblyRules.ReadsOfTheWallClock);

    [Fact]
    public void Transport_EnsureKnowsNeitherServerNorTensor() =>
        AssertHolds("Sheaf.Transport", a => AssemblyRules.References(
            a, "Sheaf.Silo", "Sheaf.Client", "Sheaf.Contracts", "TorchSharp", "Orleans", "Grpc", "Microsoft.AspNetCore"));

    [Fact]
    public void Transport_EnsureReadsNoWallClock() => AssertHolds("Sheaf.Transport", AssemblyRules.ReadsOfTheWallClock);

    [Fact]
    public void ApiServices_EnsureKnowNoSiloAndNoTensor() =>
        AssertHolds("Sheaf.Api",
            a => AssemblyRules.References(a, "Sheaf.Silo", "Sheaf.Client", "Sheaf.Training", "Sheaf.Transport", "TorchSharp", "Orleans.Runtime"));

    [Fact]
    public void Gateway_EnsureIsAClientOfTheSilos() =>
        AssertHolds("sheaf-gateway",
            a => AssemblyRules.References(a, "Sheaf.Silo", "Sheaf.Client", "Sheaf.Training", "Sheaf.Transport", "TorchSharp", "Orleans.Runtime"));

    [Fact]
    public void Grains_EnsureTouchNoTensor()
    {
        AssertHolds("Sheaf.Silo", a => AssemblyRules.GrainsThatUse(a, "TorchSharp"));
        using var silo = Open("Sheaf.Silo");
        Assert.NotEmpty(silo.Derived("Orleans.Grain"));
    }

    private static AssemblyFacts Open(string name) => new(Path.Combine(AppContext.BaseDirectory, name + ".dll"));

    private static void AssertHolds(string name, Func<AssemblyFacts, IReadOnlyList<string>> rule)
    {
        using var assembly = Open(name);
        var broken = rule(assembly);
        Assert.True(broken.Count == 0, $"{name}:\n{string.Join("\n", broken)}");
    }
}
