using System.CommandLine;
using Sheaf.Client.Failures;
using Sheaf.Client.Packaging;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Commands;

/// <summary>new: a project for a model, a dataset, a loss and a metric of the user's own.</summary>
internal static class NewVerb
{
    public static Verb Create(Hosting.ClientHost host)
    {
        var folder = new Argument<string>("FOLDER") { Description = "Where to make it; its last part is the project's name" };
        var verb = new Verb("new", "Make a C# project with a small model, dataset, loss and metric of your own, and the spec that trains it.",
            new Example("new my-model", "makes my-model/MyModel.csproj and my-model/my-model.yaml"),
            new Example("run my-model/my-model.yaml", "then builds the project and trains it"));
        verb.Arguments.Add(folder);
        verb.Handle(host, invocation =>
        {
            var path = invocation.Parsed.GetRequiredValue(folder);
            var target = Path.GetFullPath(path);
            var name = ProjectName.Of(target)
                ?? throw new CliException(ExitCode.BadUsage, $"\"{path}\" gives no name for a project", $"allowed: {ProjectName.Allowed}",
                    $"for example: {host.Name} new my-model");
            IReadOnlyList<string> files;
            try
            {
                if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
                {
                    throw new CliException(ExitCode.BadUsage, $"{path} exists, and is not an empty folder", "nothing was changed", "choose another name");
                }

                files = NewProject.Write(target, name, Path.Combine(AppContext.BaseDirectory, "sdk"));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCode.BadUsage, $"{path} cannot be made", failure.Message, "choose a folder that can be written in", failure);
            }

            var spec = Path.Combine(path, $"{name.Folder}.yaml");
            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json =>
                {
                    json.WriteString("project", Path.Combine(path, $"{name.Namespace}.csproj"));
                    json.WriteString("spec", spec);
                    json.Strings("files", files);
                });
            }
            else
            {
                host.Out.WriteLine($"{path}: {Format.Count(files.Count, "file")}");
                host.Out.WriteLine($"  train it: {host.Name} run {Hosting.ShellWord.Quote(spec)}");
                host.Out.WriteLine($"  only try it: {host.Name} spec validate {Hosting.ShellWord.Quote(spec)} --with-server");
            }

            return Task.FromResult(ExitCode.Ok);
        });
        return verb;
    }
}
