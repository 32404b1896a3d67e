using Google.Protobuf.Reflection;
using Sheaf.Api.Security;
using Sheaf.Surroundings.Security;

namespace Sheaf.Tests.Unit.Api.Security;

public sealed class CallRolesTests
{
    public static IReadOnlyList<string> Calls { get; } =
        [.. ((FileDescriptor[])[V1.ExperimentsReflection.Descriptor, V1.CheckpointsReflection.Descriptor, V1.PackagesReflection.Descriptor,
            V1.ClusterReflection.Descriptor])
            .SelectMany(file => file.Services).SelectMany(service => service.Methods.Select(method => $"{service.FullName}/{method.Name}"))];

    [Fact]
    public void EveryCallOfTheProtos_HasARole_AndNothingElseHas() => Assert.Equal(Calls.Order(StringComparer.Ordinal),
        CallRoles.All.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void WhatChangesSomething_IsNotForViewers() =>
        Assert.All(CallRoles.All.Where(call => call.Value.Changes), call => Assert.True(call.Value.Role > Role.Viewer, call.Key));

    [Fact]
    public void Documentation_HasTheSameTable()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Cluster.sln")))
        {
            root = root.Parent!;
        }

        var rows = File.ReadLines(Path.Combine(root.FullName, "docs", "security.md")).Where(line => line.StartsWith("| `sheaf.v1.", StringComparison.Ordinal));

        Assert.Equal(
            CallRoles.All.OrderBy(call => call.Key, StringComparer.Ordinal).Select(call => $"| `{call.Key}` | {RoleNames.Of(call.Value.Role)} | "
                + $"{(call.Value.Changes ? "yes" : "")} |"),
            rows);
    }
}
