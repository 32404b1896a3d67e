using Sheaf.Client.Packaging;

namespace Sheaf.Tests.Unit.Client.Packaging;

public sealed class NewProjectTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-new-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NewProject_ThatCannotBeWhole_LeavesNothingInTheWayOfTheNext(bool isThere)
    {
        var target = At("my-model");
        if (isThere)
        {
            Directory.CreateDirectory(target);
        }

        Assert.Throws<DirectoryNotFoundException>(() => NewProject.Write(target, ProjectName.Of(target)!, At("no-sdk")));

        Assert.Equal(isThere, Directory.Exists(target));
        Assert.False(isThere && Directory.EnumerateFileSystemEntries(target).Any());
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
