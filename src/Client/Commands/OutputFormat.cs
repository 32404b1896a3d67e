namespace Sheaf.Client.Commands;

internal enum OutputFormat
{
    Text,
    Json,
}
