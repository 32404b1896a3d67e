using System.CommandLine;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Packaging;
using Sheaf.Client.Specs;
using Sheaf.Client.Terminal;
using Sheaf.Specs;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

/// <summary>spec validate, spec explain, spec schema.</summary>
internal static class SpecVerbs
{
    public static Verb Create(ClientHost host)
    {
        var verb = new Verb("spec", "Check and explain specs, without a server.",
            new Example("spec validate examples/fashion-mnist.yaml", "every mistake at once"),
            new Example("spec explain examples/fashion-mnist.yaml", "every key, its value and its default"),
            new Example("spec schema --to spec.schema.json", "for editors that complete and check YAML"));
        verb.Subcommands.Add(Validate(host));
        verb.Subcommands.Add(Explain(host));
        verb.Subcommands.Add(Schema(host));
        return verb;
    }

    private static Verb Validate(ClientHost host)
    {
        var file = File();
        var ask = new Option<bool>("--with-server") { Description = "Also ask the server, which reads the data that the spec names" };
        var verb = new Verb("validate", "Report every mistake in a spec: file:line:column: key: message. Exit code 0 where there is none, else 2.",
            new Example("spec validate my.yaml", "check without a server"),
            new Example("spec validate my.yaml --set epochs=3 --with-server", "check the data too, with an override"));
        verb.Arguments.Add(file);
        verb.Options.Add(ask);
        var options = new SpecOptions(verb);
        verb.Handle(host, async invocation =>
        {
            var path = invocation.Parsed.GetRequiredValue(file);
            try
            {
                var spec = SpecFile.Load(path, options.Overrides(invocation.Parsed));
                if (invocation.Parsed.GetValue(ask))
                {
                    await AskAsync(invocation, spec);
                }
            }
            catch (CliException failure) when (failure.Violations.Count > 0 && invocation.Json)
            {
                JsonLine.Write(host.Out, json =>
                {
                    json.WriteBoolean("valid", value: false);
                    ErrorReport.WriteViolations(json, failure.File, failure.Violations);
                });
                return ExitCode.BadUsage;
            }

            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json =>
                {
                    json.WriteBoolean("valid", value: true);
                    json.Strings("violations", []);
                });
            }
            else
            {
                host.Out.WriteLine($"{path}: no mistakes. Train it: {host.Name} run {path}");
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static async Task AskAsync(Invocation invocation, SpecFile spec)
    {
        spec = await SpecPackages.BuildAsync(spec, invocation.Host, invocation.Building, invocation.Interrupted);
        using var server = await invocation.ConnectAsync();
        await SpecPackages.UploadAsync(server, spec, invocation.Interrupted);
        var request = new ValidateRequest { SpecYaml = spec.Yaml, BasePath = spec.BasePath };
        var response = await server.CallAsync($"validate {spec.Path}", options => server.Experiments.ValidateAsync(request, options), invocation.Interrupted);
        if (response.Violations.Count > 0)
        {
            throw SpecFile.Bad(spec.Path, spec.Localize(response.Violations));
        }
    }

    private static Verb Explain(ClientHost host)
    {
        var file = File();
        var verb = new Verb("explain", "Print every key of a spec with its effective value, whether it is a default, and what it means.",
            new Example("spec explain examples/fashion-mnist.yaml", "a table"),
            new Example("spec explain my.yaml --set shards=8 --output json", "one JSON object a key"));
        verb.Arguments.Add(file);
        var options = new SpecOptions(verb);
        verb.Handle(host, invocation =>
        {
            var spec = SpecFile.Load(invocation.Parsed.GetRequiredValue(file), options.Overrides(invocation.Parsed));
            var settings = SpecExplainer.Explain(spec.Result);
            if (invocation.Json)
            {
                foreach (var setting in settings)
                {
                    JsonLine.Write(host.Out, json =>
                    {
                        json.WriteString("key", setting.Key);
                        json.WriteString("value", setting.Value);
                        json.WriteBoolean("default", setting.IsDefault);
                        json.WriteString("meaning", setting.Meaning);
                    });
                }

                return Task.FromResult(ExitCode.Ok);
            }

            var table = new TextTable("key", "value", "", "meaning");
            foreach (var setting in settings)
            {
                table.Add(setting.Key, setting.Value, setting.IsDefault ? "default" : "", setting.Meaning);
            }

            table.Write(host.Out, invocation.Ink);
            return Task.FromResult(ExitCode.Ok);
        });
        return verb;
    }

    private static Verb Schema(ClientHost host)
    {
        var to = new Option<string?>("--to") { Description = "The file to write. Default: standard output", HelpName = "FILE" };
        var verb = new Verb(
            "schema",
            "Print the JSON Schema (Draft 2020-12) of specs, with which editors complete, explain and check them. Needs no server.",
            new Example("spec schema --to spec.schema.json", "a file; the first line of a spec names it: # yaml-language-server: $schema=spec.schema.json"));
        verb.Options.Add(to);
        verb.Handle(host, async invocation =>
        {
            if (invocation.Parsed.GetValue(to) is not { } file)
            {
                host.Out.Write(SpecSchema.ToJson());
                return ExitCode.Ok;
            }

            var path = Path.GetFullPath(file);
            var bytes = await WholeFile.WriteAsync(path, SpecSchema.ToJson(), "the schema", invocation.Interrupted);
            WholeFile.Tell(invocation, path, bytes);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Argument<string> File() => new("FILE") { Description = "The spec, a YAML file" };
}
