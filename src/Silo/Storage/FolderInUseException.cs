namespace Sheaf.Silo.Storage;

public sealed class FolderInUseException(string folder, string holder, Exception cause)
    : Exception(
        $"The data folder '{folder}' is in use by another silo ({holder}). Stop that one, or give this one a folder of its own with --data DIR (in a cluster, "
            + "a name of its own with --name).",
        cause);
