namespace Sheaf.Client.Commands;

/// <param name="Arguments">What follows the program's name.</param>
/// <param name="Meaning">What it does, in a few words.</param>
internal sealed record Example(string Arguments, string Meaning);
