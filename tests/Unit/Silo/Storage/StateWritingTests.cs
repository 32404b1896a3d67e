using Sheaf.Silo.Storage;

namespace Sheaf.Tests.Unit.Silo.Storage;

public sealed class StateWritingTests
{
    [Fact]
    public void Failed_OfWhatOrleansWrapped_SaysWhatTheStoreSaid()
    {
        var disk = new IOException("No space left on device.");
        var wrapped = new OrleansException($"Error from storage provider x: {disk}", new OrleansException("again", disk));

        Assert.Equal("The record could not be written: No space left on device.", StateWriting.Failed("The record", wrapped).Message);
    }
}
