using System.Reflection;
using System.Runtime.InteropServices;
using Sheaf.Client.Failures;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Commands;

internal static class VersionVerb
{
    public static Verb Create(Hosting.ClientHost host)
    {
        var verb = new Verb("version", "Print the version of this client; asks no server.",
            new Example("version", "for a person"),
            new Example("version --output json", "one JSON object"));
        verb.Handle(host, invocation =>
        {
            var version = typeof(VersionVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json =>
                {
                    json.WriteString("version", version);
                    json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
                });
            }
            else
            {
                host.Out.WriteLine($"Sheaf {version} on {RuntimeInformation.FrameworkDescription}");
            }

            return Task.FromResult(ExitCode.Ok);
        });
        return verb;
    }
}
