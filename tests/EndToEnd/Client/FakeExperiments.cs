using System.Collections.Concurrent;
using Grpc.Core;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>Answers as the test's delegates say, and records what was asked. A call without a delegate is answered with UNIMPLEMENTED.</summary>
internal sealed class FakeExperiments : Experiments.ExperimentsBase
{
    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentQueue<SubmitRequest> Submitted { get; } = new();

    public ConcurrentQueue<WatchRequest> Watched { get; } = new();

    public Func<SubmitRequest, Experiment>? OnSubmit { get; set; }

    public Func<ValidateRequest, IEnumerable<Violation>>? OnValidate { get; set; }

    public Func<ListRequest, IEnumerable<ExperimentSummary>>? OnList { get; set; }

    public Func<string, Experiment>? OnDescribe { get; set; }

    public Func<string, Experiment>? OnCancel { get; set; }

    public Func<string, Task<Experiment>>? OnPause { get; set; }

    public Func<string, Experiment>? OnResume { get; set; }

    public Func<WatchRequest, IAsyncEnumerable<Update>>? OnWatch { get; set; }

    public Func<LogsRequest, IEnumerable<LogLine>>? OnLogs { get; set; }

    public Func<MetricsRequest, IEnumerable<StepMetrics>>? OnMetrics { get; set; }

    public Func<ScaleRequest, Experiment>? OnScale { get; set; }

    public Func<string, WhyResponse>? OnWhy { get; set; }

    public Func<string, IEnumerable<AuditMessage>>? OnAudit { get; set; }

    public Func<ReplayRequest, IEnumerable<ReplayMessage>>? OnReplay { get; set; }

    public Func<PredictRequest, IEnumerable<PredictMessage>>? OnPredict { get; set; }

    public override async Task Predict(PredictRequest request, IServerStreamWriter<PredictMessage> responseStream, ServerCallContext context)
    {
        foreach (var message in Answer("predict", OnPredict)(request))
        {
            await responseStream.WriteAsync(message, context.CancellationToken);
        }
    }

    public override Task<Experiment> Scale(ScaleRequest request, ServerCallContext context) => Task.FromResult(Answer("scale", OnScale)(request));

    public override Task<WhyResponse> Why(WhyRequest request, ServerCallContext context) => Task.FromResult(Answer("why", OnWhy)(request.ExperimentId));

    public override async Task Audit(AuditRequest request, IServerStreamWriter<AuditMessage> responseStream, ServerCallContext context)
    {
        foreach (var message in Answer("audit", OnAudit)(request.ExperimentId))
        {
            await responseStream.WriteAsync(message, context.CancellationToken);
        }
    }

    public override async Task Replay(ReplayRequest request, IServerStreamWriter<ReplayMessage> responseStream, ServerCallContext context)
    {
        foreach (var message in Answer("replay", OnReplay)(request))
        {
            await responseStream.WriteAsync(message, context.CancellationToken);
        }
    }

    public override Task<SubmitResponse> Submit(SubmitRequest request, ServerCallContext context)
    {
        Submitted.Enqueue(request);
        return Task.FromResult(new SubmitResponse { Experiment = Answer("submit", OnSubmit)(request) });
    }

    public override Task<ValidateResponse> Validate(ValidateRequest request, ServerCallContext context) =>
        Task.FromResult(new ValidateResponse { Violations = { Answer("validate", OnValidate)(request) } });

    public override Task<ListResponse> List(ListRequest request, ServerCallContext context) =>
        Task.FromResult(new ListResponse { Experiments = { Answer("list", OnList)(request) } });

    public override Task<Experiment> Describe(DescribeRequest request, ServerCallContext context) =>
        Task.FromResult(Answer("describe", OnDescribe)(request.ExperimentId));

    public override Task<Experiment> Cancel(CancelRequest request, ServerCallContext context) =>
        Task.FromResult(Answer("cancel", OnCancel)(request.ExperimentId));

    public override Task<Experiment> Pause(PauseRequest request, ServerCallContext context) => Answer("pause", OnPause)(request.ExperimentId);

    public override Task<Experiment> Resume(ResumeRequest request, ServerCallContext context) =>
        Task.FromResult(Answer("resume", OnResume)(request.ExperimentId));

    public override async Task Watch(WatchRequest request, IServerStreamWriter<Update> responseStream, ServerCallContext context)
    {
        Watched.Enqueue(request);
        await foreach (var update in Answer("watch", OnWatch)(request).WithCancellation(context.CancellationToken))
        {
            await responseStream.WriteAsync(update, context.CancellationToken);
        }
    }

    public override async Task Logs(LogsRequest request, IServerStreamWriter<LogLine> responseStream, ServerCallContext context)
    {
        foreach (var line in Answer("logs", OnLogs)(request))
        {
            await responseStream.WriteAsync(line, context.CancellationToken);
        }
    }

    public override async Task Metrics(MetricsRequest request, IServerStreamWriter<StepMetrics> responseStream, ServerCallContext context)
    {
        foreach (var step in Answer("metrics", OnMetrics)(request))
        {
            await responseStream.WriteAsync(step, context.CancellationToken);
        }
    }

    private T Answer<T>(string call, T? answer)
        where T : class
    {
        Calls.Enqueue(call);
        return answer ?? throw FakeServer.Error(StatusCode.Unimplemented, $"this test has no answer to {call}");
    }
}
