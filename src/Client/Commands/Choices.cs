using System.CommandLine;
using Sheaf.Surroundings;

namespace Sheaf.Client.Commands;

/// <summary>Options whose value is one of a few words. The library's own check prints a list of many lines.</summary>
internal static class Choices
{
    public static void Restrict(Option option, params string[] words)
    {
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !words.Contains(token.Value, StringComparer.Ordinal)))
            {
                var near = NearestName.Find(token.Value, words);
                result.AddError($"{option.Name} is '{token.Value}', which it cannot be; it takes {string.Join(", ", words)}"
                    + (near is null ? "" : $"; did you mean {near}?"));
            }
        });
    }
}
