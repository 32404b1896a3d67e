using System.Buffers.Binary;
using System.IO.Hashing;

namespace Sheaf.Tests.Interop.Packages;

/// <summary>System.IO.Hashing is the official assembly out of the .NET SDK's own folder; of the official Orleans DLLs one refers to it.</summary>
public sealed class HashingTests
{
    [Fact]
    public void OfficialOrleansDll_EnsureItsReferenceBinds()
    {
        var reference = Assert.Single(typeof(GrainId).Assembly.GetReferencedAssemblies(), r => r.Name == "System.IO.Hashing");
        var found = typeof(XxHash32).Assembly.GetName();
        Assert.Equal(reference.GetPublicKeyToken(), found.GetPublicKeyToken());
        Assert.True(found.Version >= reference.Version, $"Orleans.Core.Abstractions refers to System.IO.Hashing {reference.Version}; the SDK has {found.Version}.");
    }

    [Fact]
    public void OfficialOrleansDll_EnsureItsCallGivesTheHash() =>
        // Orleans reads the hash's big-endian bytes as a little-endian number.
        Assert.Equal(BinaryPrimitives.ReverseEndianness(XxHash32.HashToUInt32("key"u8)), IdSpan.Create("key").GetUniformHashCode());

    [Fact]
    public void XxHash32_EnsureThePublishedValue() => Assert.Equal(0x02CC5D05u, XxHash32.HashToUInt32([]));
}
