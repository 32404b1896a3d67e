namespace Sheaf.Tests.Unit.Api.Options;

/// <summary>A file of options.</summary>
internal sealed class OptionFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sheaf-options-").FullName;

    public OptionFile(string json) => File.WriteAllText(Path, json);

    /// <summary>No variables but HOME.</summary>
    public static Dictionary<string, string> None { get; } = new() { ["HOME"] = "/home/u" };

    public string Path => System.IO.Path.Combine(_folder, "options.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
