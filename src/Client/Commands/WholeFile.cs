using System.Text;
using Sheaf.Client.Failures;
using Sheaf.Client.Terminal;
using Sheaf.Surroundings;

namespace Sheaf.Client.Commands;

/// <summary>Texts that a verb writes for a user into a file.</summary>
internal static class WholeFile
{
    /// <param name="path">Absolute.</param>
    /// <param name="text">The whole content, in UTF-8.</param>
    /// <param name="what">What it is, for the message where it cannot be written.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="CliException">It cannot be written.</exception>
    public static async Task<long> WriteAsync(string path, string text, string what, CancellationToken cancellation)
    {
        var bytes = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text);
        try
        {
            using var file = OutputFile.Create(path);
            await file.Content.WriteAsync(bytes, cancellation);
            file.Complete();
            return bytes.Length;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.RunFailed, $"{what} cannot be written to {path}", failure.Message, "choose another file with --to FILE", failure);
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
}
