using Grpc.Core;

namespace Sheaf.Tests.Unit.Api.Services;

/// <summary>A call of a method, as an interceptor sees it.</summary>
internal sealed class FakeCall(string method = FakeCall.Pause, CancellationToken cancellation = default) : ServerCallContext
{
    public const string Pause = "/sheaf.v1.Experiments/Pause";

    protected override string MethodCore => method;

    protected override string HostCore => "";

    protected override string PeerCore => "";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => cancellation;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
