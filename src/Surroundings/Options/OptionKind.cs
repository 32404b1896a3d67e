namespace Sheaf.Surroundings.Options;

/// <summary>What the text of an option means, where its type does not say it all.</summary>
public enum OptionKind
{
    /// <summary>As its type says: a number, a time, true or false, any text.</summary>
    Plain,

    /// <summary>1 to 150 characters without control characters.</summary>
    Label,

    /// <summary>A server's name: letters, digits, '-', '_' and '.'.</summary>
    Name,

    Folder,

    /// <summary>A folder, or none; none is kept as an empty text.</summary>
    FolderOrNone,

    File,

    /// <summary>A file that is written anew.</summary>
    NewFile,

    /// <summary>IP:PORT.</summary>
    EndPoint,

    /// <summary>IP:PORT of one address, where other silos reach this one.</summary>
    ReachableEndPoint,

    /// <summary>0 (a free one) to 65535.</summary>
    Port,

    /// <summary>cpu:N or cuda:N.</summary>
    Devices,

    /// <summary>A connection string of PostgreSQL; shown without its password.</summary>
    Connection,

    /// <summary>The https URL of a provider of OpenID Connect.</summary>
    Authority,

    ProcessId,

    /// <summary>allow or deny.</summary>
    Permission,

    /// <summary>Kept in bytes, written in MiB.</summary>
    Mebibytes,

    /// <summary>text or json.</summary>
    LogFormat,

    /// <summary>information or debug.</summary>
    LogLevel,
}
