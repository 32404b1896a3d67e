using Sheaf.Silo.Storage;

namespace Sheaf.Tests.Unit.Silo.Storage;

public class FolderLockTests
{
    [Fact]
    public void Take_EnsureASecondSiloIsRefusedWithTheHoldersProcess()
    {
        var folder = new DataFolder(Directory.CreateTempSubdirectory("sheaf-lock-").FullName);
        try
        {
            using (FolderLock.Take(folder))
            {
                var refused = Assert.Throws<FolderInUseException>(() => FolderLock.Take(folder));
                Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
                Assert.Contains(folder.Root, refused.Message, StringComparison.Ordinal);
            }

            FolderLock.Take(folder).Dispose();
        }
        finally
        {
            Directory.Delete(folder.Root, recursive: true);
        }
    }
}
