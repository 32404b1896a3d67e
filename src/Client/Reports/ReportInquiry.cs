using Sheaf.Client.Connections;
using Sheaf.Client.Epochs;
using Sheaf.Client.Failures;
using Sheaf.Specs;
using Sheaf.V1;

namespace Sheaf.Client.Reports;

/// <summary>Asks a server for all that a report tells. What an experiment does not have, or a server cannot compute now, is said in the report.</summary>
internal sealed class ReportInquiry(ServerConnection server, string id, int pictures, CancellationToken cancellation)
{
    public async Task<ReportMaterial> AskAsync(TimeProvider time, string program)
    {
        var experiment = await server.CallAsync(
            $"report on {id}", options => server.Experiments.DescribeAsync(new DescribeRequest { ExperimentId = id }, options), cancellation);
        var (losses, epochs) = (new LossTrace(), new EpochTable(experiment.StepsPerEpoch, experiment.Evaluations));
        await foreach (var step in server.StreamAsync(
            $"read the metrics of {id}", options => server.Experiments.Metrics(new MetricsRequest { ExperimentId = id }, options), cancellation))
        {
            losses.Add(step);
            epochs.Add(step);
        }

        var audited = new List<AuditMessage>();
        var noProof = experiment.Step == 0 ? "No step is committed yet." : await Refused(Audit(audited));
        var spec = SpecParser.Parse(experiment.SpecYaml, Path.DirectorySeparatorChar.ToString()).Spec;
        var predictions = new PredictedSample(RowsOf(spec), wantsAll: spec is null or { Loss.Predicts: PredictionKind.Number });
        var noPredictions = experiment.Checkpoints.Count == 0 ? "There is no checkpoint yet." : await Refused(Predict(predictions));
        return new()
        {
            Experiment = experiment,
            Losses = losses,
            Epochs = epochs.Rows,
            Proof = noProof is null ? audited.LastOrDefault()?.Verdict : null,
            AuditedEpochs = [.. audited.Select(message => message.Epoch).OfType<AuditedEpoch>()],
            Findings = [.. audited.Select(message => message.Finding).OfType<AuditFinding>()],
            NoProof = noProof ?? "",
            Predictions = noPredictions is null ? predictions : null,
            NoPredictions = noPredictions ?? "",
            Made = time.GetUtcNow(),
            Zone = time.LocalTimeZone,
            Program = program,
        };
    }

    /// <summary>Those that nothing was learned from, where the spec has any.</summary>
    private static Rows RowsOf(ExperimentSpec? spec) => spec?.Data switch
    {
        { Test: null, Validation: null } => Rows.Train,
        { Test: null } => Rows.Validation,
        _ => Rows.Test,
    };

    private async Task Audit(List<AuditMessage> messages)
    {
        await foreach (var message in server.StreamAsync(
            $"audit {id}", options => server.Experiments.Audit(new AuditRequest { ExperimentId = id }, options), cancellation))
        {
            messages.Add(message);
        }
    }

    private async Task Predict(PredictedSample sample)
    {
        var request = new PredictRequest { ExperimentId = id, Rows = sample.Rows, Pictures = pictures, ScoresOnly = !sample.WantsAll };
        await foreach (var message in server.StreamAsync($"predict rows with {id}", options => server.Experiments.Predict(request, options), cancellation))
        {
            sample.Add(message);
        }
    }

    /// <summary>Null: it was done. Else why not.</summary>
    private static async Task<string?> Refused(Task work)
    {
        try
        {
            await work;
            return null;
        }
        catch (CliException failure) when (failure.ExitCode is not (ExitCode.Unreachable or ExitCode.NotFound))
        {
            return string.Join(" ", new[] { failure.Message, failure.Why }.Where(text => !string.IsNullOrEmpty(text)));
        }
    }
}
