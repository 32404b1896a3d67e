using Grpc.Core;

namespace Sheaf.Tests.Interop.Grpc;

public sealed class MetadataTests
{
    [Fact]
    public void Keys_EnsureLowerCaseAndLastOneFound()
    {
        var metadata = new Metadata { { "Key", "1" }, { "other", "x" }, { "KEY", "2" } };
        Assert.Equal("key", metadata[0].Key);
        Assert.Equal("2", metadata.GetValue("kEy"));
        Assert.Equal(["1", "2"], metadata.GetAll("key").Select(e => e.Value));
        Assert.Null(metadata.Get("absent"));
    }

    [Fact]
    public void Bytes_EnsureCopiedInAndOut()
    {
        byte[] bytes = [1, 2];
        var entry = new Metadata.Entry("a-bin", bytes);
        bytes[0] = 9;
        entry.ValueBytes[1] = 9;
        Assert.Equal([1, 2], entry.ValueBytes);
        Assert.Throws<InvalidOperationException>(() => entry.Value);
    }

    [Fact]
    public void WrongEntries_EnsureRefusedWithTheKeysName()
    {
        Assert.Contains("'a-bin'", Assert.Throws<ArgumentException>(() => new Metadata.Entry("a-bin", "text")).Message, StringComparison.Ordinal);
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => new Metadata.Entry("a", [1])).Message, StringComparison.Ordinal);
        Assert.Contains("'a b'", Assert.Throws<ArgumentException>(() => new Metadata.Entry("a b", "text")).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "b"));
    }
}
