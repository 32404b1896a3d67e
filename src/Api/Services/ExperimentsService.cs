using Grpc.Core;
using Sheaf.Api.Cluster;
using Sheaf.Api.Diagnosis;
using Sheaf.Api.Options;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Api.Services;

internal sealed class ExperimentsService(
    IGrainFactory grains, ISiloWork work, WhyInquiry inquiry, ServerIdentity server, ITroubles troubles, ApiOptions options, TimeProvider time)
        : V1.Experiments.ExperimentsBase
{
    public override async Task<V1.SubmitResponse> Submit(V1.SubmitRequest request, ServerCallContext context)
    {
        var command = new SubmitCommand
        {
            ExperimentId = Requests.Id(request.ExperimentId), SpecYaml = request.SpecYaml,
            BasePath = Requests.BasePath(request.BasePath)
        };
        var answer = await Coordinator(command.ExperimentId).Submit(command, context.CancellationToken);
        return answer.View is { } view ? new() { Experiment = WireMap.Experiment(view) } : throw Requests.Invalid(answer.Violations);
    }

    public override Task<V1.ValidateResponse> Validate(V1.ValidateRequest request, ServerCallContext context) =>
        work.Validate(request, context.CancellationToken);

    public override async Task<V1.ListResponse> List(V1.ListRequest request, ServerCallContext context)
    {
        var all = await grains.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key).List();
        var now = await Task.WhenAll(all.Select(Now));
        var response = new V1.ListResponse();
        response.Experiments.AddRange(now.Where(summary => request.States.Count == 0 || request.States.Contains(summary.State)));
        return response;
    }

    public override async Task<V1.Experiment> Describe(V1.DescribeRequest request, ServerCallContext context)
    {
        var health = Health(request.ExperimentId);
        var view = await View(request.ExperimentId);
        var experiment = WireMap.Experiment(view);
        experiment.Files.AddRange(await Files(view.Run));
        if (experiment.State is not (V1.State.Completed or V1.State.Failed or V1.State.Cancelled))
        {
            var known = await health;
            experiment.Survivability = known is null ? null : new() { AnySilo = known.SurvivesAnySilo, Explanation = known.Survivability };
            experiment.Troubles.AddRange(known?.Troubles ?? troubles.All);
        }

        return experiment;
    }

    public override async Task Watch(V1.WatchRequest request, IServerStreamWriter<V1.Update> responseStream, ServerCallContext context)
    {
        var known = false;
        var updates = Experiment(request.ExperimentId).Watch(request.FromSequence, request.UntilPaused, context.CancellationToken);
        await foreach (var update in updates.WithCancellation(context.CancellationToken))
        {
            known = true;
            await responseStream.WriteAsync(WireMap.Update(update), context.CancellationToken);
        }

        if (!known)
        {
            await View(request.ExperimentId);
        }
    }

    public override Task Logs(V1.LogsRequest request, IServerStreamWriter<V1.LogLine> responseStream, ServerCallContext context) =>
        work.Logs(request, line => responseStream.WriteAsync(line, context.CancellationToken), context.CancellationToken);

    public override async Task Metrics(V1.MetricsRequest request, IServerStreamWriter<V1.StepMetrics> responseStream, ServerCallContext context)
    {
        await View(request.ExperimentId);
        await foreach (var block in Experiment(request.ExperimentId).Steps(request.FromStep,
            context.CancellationToken).WithCancellation(context.CancellationToken))
        {
            foreach (var step in block.Steps)
            {
                await responseStream.WriteAsync(WireMap.Step(step), context.CancellationToken);
            }
        }
    }

    public override Task<V1.Experiment> Cancel(V1.CancelRequest request, ServerCallContext context) => Want(request.ExperimentId, DesiredState.Cancel);

    public override Task<V1.Experiment> Pause(V1.PauseRequest request, ServerCallContext context) => Want(request.ExperimentId, DesiredState.Pause);

    public override Task<V1.Experiment> Resume(V1.ResumeRequest request, ServerCallContext context) => request.FromScratch
        ? Anew(request.ExperimentId)
        : Want(request.ExperimentId, DesiredState.Run);

    public override async Task<V1.Experiment> Scale(V1.ScaleRequest request, ServerCallContext context) =>
        Taken(request.ExperimentId, await Coordinator(request.ExperimentId).Scale(request.Workers));

    public override async Task<V1.WhyResponse> Why(V1.WhyRequest request, ServerCallContext context) =>
        WireMap.Why(await inquiry.Ask(Requests.Id(request.ExperimentId)) ?? throw Requests.NotFound(request.ExperimentId), server.Name);

    public override Task Audit(V1.AuditRequest request, IServerStreamWriter<V1.AuditMessage> responseStream, ServerCallContext context) =>
        work.Audit(request, message => responseStream.WriteAsync(message, context.CancellationToken), context.CancellationToken);

    public override Task Replay(V1.ReplayRequest request, IServerStreamWriter<V1.ReplayMessage> responseStream, ServerCallContext context) =>
        work.Replay(request, message => responseStream.WriteAsync(message, context.CancellationToken), context.CancellationToken);

    public override Task Predict(V1.PredictRequest request, IServerStreamWriter<V1.PredictMessage> responseStream, ServerCallContext context) =>
        work.Predict(request, message => responseStream.WriteAsync(message, context.CancellationToken), context.CancellationToken);

    private static V1.Experiment Taken(string id, CommandAnswer answer) => answer switch
    {
        { Refusal: { } refusal } => throw new RpcException(new(StatusCode.FailedPrecondition, refusal)),
        { View: { } view } => WireMap.Experiment(view),
        _ => throw Requests.NotFound(id),
    };

    private async Task<V1.Experiment> Anew(string id) => Taken(id, await Coordinator(id).BeginAnew());

    private async Task<V1.Experiment> Want(string id, DesiredState desired) => Taken(id, await Coordinator(id).Want(desired));

    /// <summary>The list is written when a run's state changes; the step in between, and what is not as it should be, is its coordinator's to say.</summary>
    private async Task<V1.ExperimentSummary> Now(ExperimentSummary listed)
    {
        if (listed.State is RunState.Completed or RunState.Failed or RunState.Cancelled or RunState.Paused)
        {
            return WireMap.Summary(listed);
        }

        var known = await Health(listed.Id);
        var summary = WireMap.Summary(known is null ? listed : listed with { Step = known.Run.Step });
        summary.Troubles.AddRange(known?.Troubles ?? troubles.All);
        return summary;
    }

    /// <summary>What the coordinator says of the run, where it answers soon; the description does not wait for a recovery.</summary>
    private async Task<RunHealth?> Health(string id)
    {
        try
        {
            return await Coordinator(id).Health().Within(options.CoordinatorWithin, time);
        }
        catch (Exception e) when (e is not RpcException)
        {
            return null;
        }
    }

    /// <summary>Those of its data; none where what keeps them does not answer soon.</summary>
    private async Task<IReadOnlyList<V1.DataFile>> Files(RunSnapshot run)
    {
        try
        {
            return await SubmittedFiles.Of(run, grains).Within(options.CoordinatorWithin, time);
        }
        catch (Exception e) when (e is not RpcException)
        {
            return [];
        }
    }

    private async Task<ExperimentView> View(string id) => await Experiment(id).Describe() ?? throw Requests.NotFound(id);

    private ICoordinatorGrain Coordinator(string id) => grains.GetGrain<ICoordinatorGrain>(Requests.Id(id));

    private IExperimentGrain Experiment(string id) => grains.GetGrain<IExperimentGrain>(Requests.Id(id));
}
