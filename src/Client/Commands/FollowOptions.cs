using System.CommandLine;

namespace Sheaf.Client.Commands;

/// <summary>The options of every verb that follows a run.</summary>
internal static class FollowOptions
{
    public static Option<string?> TensorBoard { get; } = new("--tensorboard")
    {
        Description = "Write event files for TensorBoard to DIR/ID: losses, metrics and learning rate by step. What is there already is gone on with",
        HelpName = "DIR",
    };
}
