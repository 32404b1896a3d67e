using System.Text;
using Sheaf.Client.Failures;

namespace Sheaf.Client.Trust;

/// <summary>Reads a secret from the process's standard input: a line, which a terminal does not show as it is typed.</summary>
internal static class SecretPrompt
{
    /// <param name="question">Shown on a terminal, on standard error.</param>
    /// <returns>Null: there is no line.</returns>
    public static string? Read(string question)
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadLine();
        }

        Console.Error.Write(question);
        var (typed, before) = (new StringBuilder(), Console.TreatControlCAsInput);
        Console.TreatControlCAsInput = true;
        try
        {
            while (true)
            {
                var key = Console.ReadKey(intercept: true);
                switch (key)
                {
                    case { Key: ConsoleKey.Enter }:
                        return typed.ToString();
                    case { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control }:
                        throw new CliException(ExitCode.Interrupted, "no token was given");
                    case { Key: ConsoleKey.Backspace }:
                        typed.Length = Math.Max(0, typed.Length - 1);
                        break;
                    case { KeyChar: >= ' ' }:
                        typed.Append(key.KeyChar);
                        break;
                }
            }
        }
        finally
        {
            Console.TreatControlCAsInput = before;
            Console.Error.WriteLine();
        }
    }
}
