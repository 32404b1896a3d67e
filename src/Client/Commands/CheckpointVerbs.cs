using System.CommandLine;
using Sheaf.Client.Downloading;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

/// <summary>checkpoint list, download, export, verify.</summary>
internal static class CheckpointVerbs
{
    private const string SampleId = "fashion-mnist-lenet-3f2a9c";

    public static Verb Create(ClientHost host)
    {
        var verb = new Verb("checkpoint", "List, download, export and verify the checkpoints of an experiment.",
            new Example($"checkpoint list {SampleId}", "what is kept"),
            new Example($"checkpoint verify {SampleId}", "is every byte still right?"));
        verb.Subcommands.Add(List(host));
        verb.Subcommands.Add(Download(host));
        verb.Subcommands.Add(Export(host));
        verb.Subcommands.Add(Verify(host));
        return verb;
    }

    private static Verb List(ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var verb = new Verb("list", "List the checkpoints that the server keeps of an experiment.",
            new Example($"checkpoint list {SampleId}", "a table"),
            new Example($"checkpoint list {SampleId} --output json", "one JSON object a checkpoint"));
        verb.Arguments.Add(id);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new ListCheckpointsRequest { ExperimentId = invocation.Parsed.GetRequiredValue(id) };
            var response = await server.CallAsync(
                $"list the checkpoints of {request.ExperimentId}", options => server.Checkpoints.ListAsync(request, options), invocation.Interrupted);
            if (invocation.Json)
            {
                foreach (var checkpoint in response.Checkpoints)
                {
                    JsonLine.Write(host.Out, json => ExperimentJson.WriteCheckpoint(json, checkpoint));
                }
            }
            else if (response.Checkpoints.Count == 0)
            {
                host.Out.WriteLine("No checkpoint yet.");
            }
            else
            {
                CheckpointTable.Create(response.Checkpoints, host.Time.LocalTimeZone).Write(host.Out, invocation.Ink);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Download(ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var step = Step("The step of the checkpoint. Default: the latest");
        var to = new Option<string>("--to")
        {
            Description = "The folder to write into; made where absent. Default: a folder named as the experiment",
            HelpName = "DIR"
        };
        var verb = new Verb("download", "Copy a checkpoint's files: weights and optimizer state as safetensors, and a JSON manifest.",
            new Example($"checkpoint download {SampleId} --to model", "the latest"),
            new Example($"checkpoint download {SampleId} --step 1200", "a certain one, into a folder named as the experiment"));
        verb.Arguments.Add(id);
        verb.Options.Add(step);
        verb.Options.Add(to);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new DownloadCheckpointRequest { ExperimentId = invocation.Parsed.GetRequiredValue(id) };
            if (invocation.Parsed.GetValue(step) is { } wanted)
            {
                request.Step = wanted;
            }

            var folder = Path.GetFullPath(invocation.Parsed.GetValue(to) ?? request.ExperimentId);
            var chunks = server.StreamAsync(
                $"download a checkpoint of {request.ExperimentId}", options => server.Checkpoints.Download(request, options), invocation.Interrupted);
            WriteFiles(invocation, await CheckpointDownload.WriteAsync(chunks, folder, invocation.Interrupted));
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Export(ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var step = Step("The step of the checkpoint. Default: the best with early stopping, else the latest");
        var format = new Option<string>("--format")
        {
            Description = "safetensors; pt for PyTorch's torch.load; onnx: the model with its weights, where it is layers or a named network",
            HelpName = "safetensors|pt|onnx",
            DefaultValueFactory = _ => "safetensors",
        };
        Choices.Restrict(format, "safetensors", "pt", "onnx");
        var to = new Option<string>("--to") { Description = "The file to write. Default: named after experiment and step, here", HelpName = "FILE" };
        var verb = new Verb(
            "export",
            "Write the weights of a checkpoint as one file for other programs: by PyTorch's names, as safetensors or as a state_dict; or the whole model as "
                + "ONNX.",
            new Example($"checkpoint export {SampleId} --format pt --to net.pt", "in Python: net.load_state_dict(torch.load('net.pt'))"),
            new Example($"checkpoint export {SampleId} --format onnx --to net.onnx", "in Python: onnxruntime.InferenceSession('net.onnx')"),
            new Example($"checkpoint export {SampleId} --step 1200", "a certain one, as safetensors"));
        verb.Arguments.Add(id);
        verb.Options.Add(step);
        verb.Options.Add(format);
        verb.Options.Add(to);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new ExportCheckpointRequest
            {
                ExperimentId = invocation.Parsed.GetRequiredValue(id),
                Format = invocation.Parsed.GetValue(format) switch
                {
                    "pt" => WeightsFormat.Pt,
                    "onnx" => WeightsFormat.Onnx,
                    _ => WeightsFormat.Safetensors,
                },
            };
            if (invocation.Parsed.GetValue(step) is { } wanted)
            {
                request.Step = wanted;
            }

            var target = invocation.Parsed.GetValue(to) is { } named ? Path.GetFullPath(named) : null;
            var chunks = server.StreamAsync(
                $"export a checkpoint of {request.ExperimentId}", options => server.Checkpoints.Export(request, options), invocation.Interrupted);
            WriteFiles(invocation, await CheckpointDownload.WriteAsync(
                chunks, Path.GetDirectoryName(target) ?? Directory.GetCurrentDirectory(), invocation.Interrupted, Path.GetFileName(target)));
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Verify(ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var step = Step("Only the checkpoint of this step. Default: all");
        var verb = new Verb("verify", "Let the server read every file of the checkpoints again and compare hashes. Exit code 1 where one is damaged or away.",
            new Example($"checkpoint verify {SampleId}", "all checkpoints"),
            new Example($"checkpoint verify {SampleId} --step 1200 --output json", "one of them"));
        verb.Arguments.Add(id);
        verb.Options.Add(step);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new VerifyCheckpointRequest { ExperimentId = invocation.Parsed.GetRequiredValue(id) };
            if (invocation.Parsed.GetValue(step) is { } wanted)
            {
                request.Step = wanted;
            }

            var response = await server.CallAsync(
                $"verify the checkpoints of {request.ExperimentId}", options => server.Checkpoints.VerifyAsync(request, options), invocation.Interrupted);
            foreach (var verified in response.Checkpoints)
            {
                Write(invocation, verified);
            }

            if (response.Checkpoints.Count == 0 && !invocation.Json)
            {
                host.Out.WriteLine("No checkpoint yet.");
            }

            return response.Checkpoints.All(c => c.Intact) ? ExitCode.Ok : ExitCode.RunFailed;
        });
        return verb;
    }

    private static void Write(Invocation invocation, VerifiedCheckpoint verified)
    {
        if (invocation.Json)
        {
            JsonLine.Write(invocation.Host.Out, json =>
            {
                ExperimentJson.WriteCheckpoint(json, verified.Checkpoint);
                json.WriteBoolean("intact", verified.Intact);
                json.WriteBoolean("away", verified.Away);
                json.WriteString("problem", verified.Problem);
            });
            return;
        }

        var verdict = verified.Intact ? invocation.Ink.Good("intact") : invocation.Ink.Bad($"{(verified.Away ? "away" : "damaged")}: {verified.Problem}");
        invocation.Host.Out.WriteLine($"step {Format.Count(verified.Checkpoint.Step)}  {verified.Checkpoint.Path}  {verdict}");
    }

    private static void WriteFiles(Invocation invocation, IEnumerable<(string Path, long Bytes)> files)
    {
        foreach (var (path, bytes) in files)
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

    private static Option<long?> Step(string description) => new("--step") { Description = description, HelpName = "N" };
}
