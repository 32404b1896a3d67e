using System.CommandLine;
using Sheaf.Client.Connections;

namespace Sheaf.Client.Commands;

/// <summary>The options that every verb takes.</summary>
internal static class GlobalOptions
{
    public static Option<string?> Server { get; } = new("--server")
    {
        Description = $"The server's gRPC address. Default: the variable SHEAF_SERVER, else {ServerAddress.Default}",
        HelpName = "URL",
        Recursive = true,
    };

    public static Option<OutputFormat> Output { get; } = OutputOption();

    public static Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "No colours. The variable NO_COLOR does the same",
        Recursive = true,
    };

    private static Option<OutputFormat> OutputOption()
    {
        var option = new Option<OutputFormat>("--output", "-o")
        {
            Description = "text for people, json for scripts: one object a line and nothing else on standard output",
            HelpName = "text|json",
            Recursive = true,
        };
        Choices.Restrict(option, "text", "json");
        return option;
    }
}
