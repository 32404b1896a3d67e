using System.CommandLine;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Terminal;
using Sheaf.Surroundings.Security;

namespace Sheaf.Client.Commands;

/// <summary>token create: for the administrator of a server's tokens.</summary>
internal static class TokenVerbs
{
    private const int LongestName = 64;

    public static Verb Create(ClientHost host)
    {
        var verb = new Verb("token", "Make tokens, which callers show to a server; asks no server.",
            new Example("token create --name alice --role submitter", "one for alice"));
        verb.Subcommands.Add(Make(host));
        return verb;
    }

    private static Verb Make(ClientHost host)
    {
        var name = new Option<string>("--name") { Description = "Whose it is: in the audit log, and in `whoami`", HelpName = "NAME", Required = true };
        var role = new Option<string>("--role")
        {
            Description = "What its owner may do: viewer looks, submitter submits and steers too, admin takes silos "
            + "out of service too", HelpName = string.Join('|', RoleNames.All), Required = true
        };
        Choices.Restrict(role, [.. RoleNames.All]);
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 and <= LongestName } text || !text.All(c => char.IsAsciiLetterOrDigit(c)
                || c is '-' or '_' or '.' or '@'))
            {
                result.AddError($"--name takes 1 to {LongestName} letters, digits, '-', '_', '.' and '@', such as alice or ci@example.com.");
            }
        });
        var verb = new Verb("create", "Print a new token, once, and the line for the server's file of tokens, which has only its hash.",
            new Example("token create --name alice --role submitter", "the token is for alice, the line for the file of --tokens"),
            new Example("token create --name ci --role submitter --output json", "one JSON object"));
        verb.Options.Add(name);
        verb.Options.Add(role);
        verb.Handle(host, invocation =>
        {
            var token = ApiToken.Create();
            var line = $"{invocation.Parsed.GetRequiredValue(name)} {invocation.Parsed.GetRequiredValue(role)} {ApiToken.Hash(token)}";
            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json =>
                {
                    json.WriteString("token", token);
                    json.WriteString("line", line);
                });
                return Task.FromResult(ExitCode.Ok);
            }

            host.Out.WriteLine($"token, shown this once; give it to {invocation.Parsed.GetRequiredValue(name)} alone, who types it at `{host.Name} login "
                + $"SERVER`:");
            host.Out.WriteLine($"  {token}");
            host.Out.WriteLine("line for the server's file of tokens (--tokens FILE), which reads it within seconds; take it out, and the token is worth "
                + "nothing:");
            host.Out.WriteLine($"  {line}");
            return Task.FromResult(ExitCode.Ok);
        });
        return verb;
    }
}
