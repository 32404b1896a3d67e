namespace Sheaf.Silo.Storage;

/// <summary>The identity of a data directory, made by the first process that uses the directory.</summary>
internal static class FolderId
{
    public static string Of(DataFolder folder)
    {
        Directory.CreateDirectory(folder.Root);
        var mine = $"{folder.IdFile}.{Environment.ProcessId}";
        if (!File.Exists(folder.IdFile))
        {
            File.WriteAllText(mine, Guid.NewGuid().ToString("N"));
            try
            {
                File.Move(mine, folder.IdFile, overwrite: false);
            }
            catch (IOException) when (File.Exists(folder.IdFile))
            {
                File.Delete(mine);
            }
        }

        return File.ReadAllText(folder.IdFile).Trim();
    }
}
