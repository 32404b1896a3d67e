namespace Sheaf.Client.Terminal;

internal enum OutputFormat
{
    Text,
    Json,
}
