using System.Text.Json;

namespace Sheaf.Silo.Storage;

/// <summary>Where a silo that is alone keeps its grains' state.</summary>
public sealed class DirectoryGrainStorageOptions
{
    /// <summary>The folder; made when it is missing. Required.</summary>
    public string Root { get; set; } = "";

    /// <summary>How state is written. Changing it must not change what old files mean.</summary>
    public JsonSerializerOptions Json { get; set; } = Written();

    /// <summary>Opens the file that is written before it gets its name; tests replace it to fill the disk.</summary>
    internal Func<string, Stream> CreateFile { get; set; } = path => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);

    private static JsonSerializerOptions Written()
    {
        var options = new JsonSerializerOptions();
        StateFormat.Configure(options);
        return options;
    }
}
