using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Definitions;
using Sheaf.Silo.UserCode;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.UserCode;
using Sheaf.Training.Weights;

namespace Sheaf.Silo.Datasets;

/// <summary>Parses the spec, reads the data, walks through the model's shapes and counts the cluster's devices. Thread-safe.</summary>
internal sealed class SubmissionCheck(
    DatasetCache datasets, IGrainFactory grains, ICheckpointStore checkpoints, SiloOptions options, PackageCache packages, ITrialRunner trials)
        : ISubmissionCheck
{
    public async Task<Submission> Check(SubmitCommand command, CancellationToken cancellationToken = default)
    {
        var parsed = SpecParser.Parse(command.SpecYaml, command.BasePath);
        if (parsed.Spec is not { } spec)
        {
            return new(parsed.Violations.Select(violation => new Violation
            {
                Key = violation.Key, Line = violation.Line, Column = violation.Column,
                Message = violation.Message
            }).ToArray());
        }

        var violations = new List<Violation>();
        await Fetch(spec, violations, cancellationToken);
        var tried = await Try(command, spec, violations, cancellationToken);
        var facts = violations.Count > 0 ? null : await Read(command, spec, violations, cancellationToken);
        facts = facts is null || tried is null ? facts : facts with { UserCode = tried };
        if (facts is not null)
        {
            var ofTheModel = ModelShapes.Check(spec, facts);
            foreach (var problem in ofTheModel.Count > 0 ? ofTheModel : WeightsMatch.Check(spec, facts))
            {
                violations.Add(ViolationOf(problem, "model"));
            }
        }

        if (await checkpoints.ProblemAsync(cancellationToken) is { } unwritable)
        {
            violations.Add(new() { Key = "checkpoints", Line = 0, Column = 0, Message = unwritable });
        }

        if (options.Cluster is null)
        {
            if (facts is not null && violations.Count == 0)
            {
                CheckMemory(spec, facts, violations);
            }

            // A cluster gets more silos, and a pool that was just started anew does not know all of them yet: there the run waits in the queue, and says for
            // what.
            await CheckDevices(spec, violations);
        }

        if (violations.Count > 0 || facts is null)
        {
            return new(violations);
        }

        var record = RecordOf(facts);
        ExperimentDefinition.Of(command.SpecYaml, command.BasePath, record, spec);
        return new([], record);
    }

    /// <summary>What the trial of the user's own classes found; null: there are none, or violations were added. Nothing of theirs has run in this process
    /// yet.</summary>
    private async Task<UserCodeFacts?> Try(SubmitCommand command, ExperimentSpec spec, List<Violation> violations, CancellationToken cancellationToken)
    {
        foreach (var use in spec.UserCode.Where(each => each.Package is null))
        {
            violations.Add(ViolationOf(
                $"{use.Key}.package: {use.Name} is not packed; submit the spec with the CLI, or upload the package and name it here.", use.Key));
        }

        if (!spec.UserCode.Any() || violations.Count > 0)
        {
            return null;
        }

        try
        {
            await packages.Fetch(spec, cancellationToken);
        }
        catch (DataException e)
        {
            violations.AddRange(e.Problems.Select(problem => ViolationOf(problem, "model")));
            return null;
        }

        var result = await trials.Try(command.SpecYaml, command.BasePath, spec, cancellationToken);
        violations.AddRange(result.Problems.Select(problem => ViolationOf(problem, "model")));
        return result.Facts;
    }

    /// <summary>The user's classes are tried on rows, which must be here then.</summary>
    private async Task Fetch(ExperimentSpec spec, List<Violation> violations, CancellationToken cancellationToken)
    {
        if (!spec.UserCode.Any())
        {
            return;
        }

        try
        {
            await datasets.Fetch(spec, null, cancellationToken);
        }
        catch (DataException e)
        {
            violations.AddRange(e.Problems.Select(problem => ViolationOf(problem, "data")));
        }
    }

    private async Task<DataFacts?> Read(SubmitCommand command, ExperimentSpec spec, List<Violation> violations, CancellationToken cancellationToken)
    {
        try
        {
            return (await datasets.Load(command.SpecYaml, command.BasePath, spec, null, cancellationToken)).Facts;
        }
        catch (DataException e)
        {
            violations.AddRange(e.Problems.Select(problem => ViolationOf(problem, "data")));
            return null;
        }
    }

    /// <summary>The workers of a lone silo share this machine's memory.</summary>
    private static void CheckMemory(ExperimentSpec spec, DataFacts facts, List<Violation> violations)
    {
        const double GiB = 1 << 30;
        var worker = MemoryEstimate.BytesOfWorker(spec, ModelShapes.Plan(spec, facts), facts.TrainCount);
        double there = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (worker * spec.Workers.Min > there)
        {
            violations.Add(new()
            {
                Key = "model",
                Line = 0,
                Column = 0,
                Message = $"training takes at least {worker / GiB:F1} GiB of memory for each of {spec.Workers.Min} workers, and this machine has "
                    + $"{there / GiB:F1} GiB; "
                    + "choose smaller layers, fewer workers, or a smaller batch_size.",
            });
        }
    }

    private async Task CheckDevices(ExperimentSpec spec, List<Violation> violations)
    {
        var silos = await grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Describe();
        var devices = silos.Sum(silo => silo.Devices.Count);
        if (devices < spec.Workers.Min)
        {
            violations.Add(new()
            {
                Key = "workers",
                Line = 0,
                Column = 0,
                Message = devices == 0
                    ? "the silo has not offered its devices yet; its log says why, if that lasts."
                    : $"{spec.Workers.Min} workers need {spec.Workers.Min} devices, the cluster has {devices}; ask for at most {devices}, or start a silo "
                        + $"with more (--devices).",
            });
        }
    }

    /// <summary>Problems begin with the key that they are about: "model: ...".</summary>
    private static Violation ViolationOf(string problem, string otherwise)
    {
        var colon = problem.IndexOf(": ", StringComparison.Ordinal);
        var key = colon > 0 && !problem.AsSpan(0, colon).Contains(' ') ? problem[..colon] : otherwise;
        return new() { Key = key, Line = 0, Column = 0, Message = key.Length == colon ? problem[(colon + 2)..] : problem };
    }

    private static DatasetRecord RecordOf(DataFacts facts)
    {
        var json = JsonSerializer.Serialize(facts);
        return new()
        {
            Key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json))),
            FactsJson = json,
            TrainCount = facts.TrainCount,
            Files = facts.Files.Select(file => file.Path).ToArray(),
        };
    }
}
