using System.CommandLine;

namespace Sheaf.Client.Commands;

internal static class ExperimentArgument
{
    public static Argument<string> Create() => new("ID") { Description = "The experiment's id, as `list` shows it" };
}
