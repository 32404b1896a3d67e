using System.CommandLine;
using Sheaf.Client.Connections;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Commands;

/// <summary>The options that every verb takes.</summary>
internal static class GlobalOptions
{
    public static Option<string?> Server { get; } = new("--server")
    {
        Description = "The server's gRPC address: of a cluster, any silo's or gateway's, or several with commas between them, of which another is "
            + $"asked when one is gone. Default: the variable SHEAF_SERVER, else what --cluster finds, else {ServerAddress.Default}",
        HelpName = "URL",
        Recursive = true,
    };

    public static Option<string?> Cluster { get; } = new("--cluster")
    {
        Description = "A cluster, any living silo of which is asked: the connection string of its database, or the --data directory of its `cluster "
            + "up`. Default: the variable SHEAF_CLUSTER, "
            + "else the cluster of the default data directory",
        HelpName = "CONNECTION|DIR",
        Recursive = true,
    };

    public static Option<string?> Proxy { get; } = new("--proxy")
    {
        Description = "An HTTP proxy through which --server is reached (CONNECT); never used for loopback. Default: the variable SHEAF_PROXY. "
            + "HTTP_PROXY and the like are not heeded",
        HelpName = "URL",
        Recursive = true,
    };

    public static Option<string?> Authority { get; } = new("--ca")
    {
        Description = "The CA that issued the certificate of a server at https://, a PEM file. Default: the variable SHEAF_CA, else the system's",
        HelpName = "FILE",
        Recursive = true,
    };

    public static Option<bool> Insecure { get; } = new("--insecure")
    {
        Description = "Send a token also to http:// of another machine, where others could read it on the way",
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
