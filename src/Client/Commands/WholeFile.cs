using System.Text;
using Sheaf.Client.Failures;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Commands;

/// <summary>Files that a verb writes for a user: each gets its name when it is complete.</summary>
internal static class WholeFile
{
    /// <param name="path">Absolute.</param>
    /// <param name="text">The whole content, in UTF-8.</param>
    /// <param name="what">What it is, for the message where it cannot be written.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="CliException">It cannot be written.</exception>
    public static async Task<long> WriteAsync(string path, string text, string what, CancellationToken cancellation)
    {
        var partial = path + ".partial";
        try
        {
            await File.WriteAllTextAsync(partial, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), cancellation);
            File.Move(partial, path, overwrite: true);
            return new FileInfo(path).Length;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.RunFailed, $"{what} cannot be written to {path}", failure.Message, "choose another file with --to FILE", failure);
        }
        finally
        {
            TakeAway(partial);
        }
    }

    /// <summary>Says which file was written.</summary>
    public static void Tell(Invocation invocation, string path, long bytes)
    {
        if (invocation.Json)
        {
            JsonLine.Write(invocation.Host.Out, json =>
            {
                json.WriteString("file", path);
                json.WriteNumber("bytes", bytes);
            });
        }
        else
        {
            invocation.Host.Out.WriteLine($"{path}  {Format.Bytes(bytes)}");
        }
    }

    private static void TakeAway(string partial)
    {
        try
        {
            File.Delete(partial);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // What kept it from being written keeps it from being deleted; the first failure says more.
        }
    }
}
