using System.Reflection;
using Orleans.CodeGeneration;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Proxies;

/// <summary>
/// The reference through which streams are read. Written by hand because its methods are generic. The inner request's arguments were copied when the
/// grain's method was called, and enumerators run until they are disposed, so nothing is copied here but the results.
/// </summary>
internal sealed class AsyncEnumerableExtensionReference(GrainReferenceShared shared, IdSpan key) : GrainReference(shared, key), IAsyncEnumerableGrainExtension
{
    public ValueTask<(EnumerationResult Status, object? Value)> StartEnumeration<T>(Guid requestId, IAsyncEnumerableRequest<T> request, CancellationToken cancellationToken) =>
        InvokeAsync<(EnumerationResult, object?)>(new StartRequest<T>(requestId, request, cancellationToken));

    public ValueTask<(EnumerationResult Status, object? Value)> MoveNext<T>(Guid requestId, CancellationToken cancellationToken) =>
        InvokeAsync<(EnumerationResult, object?)>(new MoveNextRequest<T>(requestId, cancellationToken));

    public ValueTask DisposeAsync(Guid requestId) => InvokeAsync(new DisposeRequest(requestId));

    /// <summary>One of the three requests, as another silo has sent it.</summary>
    public static IInvokable Restore(string method, Type? element, Guid id, IInvokable? inner) => method == nameof(DisposeAsync)
        ? new DisposeRequest(id)
        : (IInvokable)typeof(AsyncEnumerableExtensionReference)
            .GetMethod(method == nameof(StartEnumeration) ? nameof(MakeStart) : nameof(MakeMoveNext), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(element!).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [id, inner], null)!;

    private static StartRequest<T> MakeStart<T>(Guid id, IInvokable? inner) => new(id, (IAsyncEnumerableRequest<T>)inner!, CancellationToken.None);

    private static MoveNextRequest<T> MakeMoveNext<T>(Guid id, IInvokable? inner) => new(id, CancellationToken.None);

    private static MethodInfo Find(string name) => typeof(IAsyncEnumerableGrainExtension).GetMethods().Single(m => m.Name == name && m.IsAbstract);

    private abstract class NextRequest(string methodName, Type element, object?[] arguments, CancellationToken token) : Request<(EnumerationResult, object?)>, IEnumerationRequest
    {
        private CancellationToken _token = token;
        private CancellationTokenSource? _source;

        public override bool IsCancellable => true;

        public Type? ElementType { get; } = element;

        public Guid EnumerationId => (Guid)arguments[0]!;

        public IInvokable? Inner => arguments.Length > 1 ? (IInvokable)arguments[1]! : null;

        protected IAsyncEnumerableGrainExtension Target { get; private set; } = null!;

        protected CancellationToken Token => _token;

        public override int GetArgumentCount() => arguments.Length;

        public override object GetArgument(int index) => arguments[index]!;

        public override void SetArgument(int index, object value) => arguments[index] = value;

        public override object GetTarget() => Target;

        public override void SetTarget(ITargetHolder holder)
        {
            Target = (IAsyncEnumerableGrainExtension)holder.GetComponent(typeof(IAsyncEnumerableGrainExtension))!;
            _token = RequestHelpers.ReceiveToken(out _source);
        }

        public override CancellationToken GetCancellationToken() => _token;

        public override bool TryCancel() => RequestHelpers.TryCancel(_source);

        public override string GetMethodName() => methodName;

        public override string GetInterfaceName() => typeof(IAsyncEnumerableGrainExtension).FullName!;

        public override string GetActivityName() => $"{nameof(IAsyncEnumerableGrainExtension)}/{methodName}";

        public override Type GetInterfaceType() => typeof(IAsyncEnumerableGrainExtension);

        public override MethodInfo GetMethod() => Find(methodName);

        public override void Dispose()
        {
        }
    }

    private sealed class StartRequest<T> : NextRequest
    {
        private readonly Guid _id;
        private readonly IAsyncEnumerableRequest<T> _request;

        public StartRequest(Guid id, IAsyncEnumerableRequest<T> request, CancellationToken token)
            : base(nameof(StartEnumeration), typeof(T), [id, request], token)
        {
            _id = id;
            _request = request;
            AddInvokeMethodOptions(InvokeMethodOptions.AlwaysInterleave);
        }

        protected override ValueTask<(EnumerationResult, object?)> InvokeInner() => Target.StartEnumeration(_id, _request, Token);
    }

    private sealed class MoveNextRequest<T> : NextRequest
    {
        private readonly Guid _id;

        public MoveNextRequest(Guid id, CancellationToken token)
            : base(nameof(MoveNext), typeof(T), [id], token)
        {
            _id = id;
            AddInvokeMethodOptions(InvokeMethodOptions.AlwaysInterleave);
        }

        protected override ValueTask<(EnumerationResult, object?)> InvokeInner() => Target.MoveNext<T>(_id, Token);
    }

    private sealed class DisposeRequest : Request, IEnumerationRequest
    {
        private readonly Guid _id;
        private IAsyncEnumerableGrainExtension? _target;

        public DisposeRequest(Guid id)
        {
            _id = id;
            AddInvokeMethodOptions(InvokeMethodOptions.AlwaysInterleave);
        }

        public Type? ElementType => null;

        public Guid EnumerationId => _id;

        public IInvokable? Inner => null;

        public override int GetArgumentCount() => 1;

        public override object GetArgument(int index) => _id;

        public override object GetTarget() => _target!;

        public override void SetTarget(ITargetHolder holder) => _target = (IAsyncEnumerableGrainExtension)holder.GetComponent(typeof(IAsyncEnumerableGrainExtension))!;

        public override string GetMethodName() => nameof(DisposeAsync);

        public override string GetInterfaceName() => typeof(IAsyncEnumerableGrainExtension).FullName!;

        public override string GetActivityName() => $"{nameof(IAsyncEnumerableGrainExtension)}/{nameof(DisposeAsync)}";

        public override Type GetInterfaceType() => typeof(IAsyncEnumerableGrainExtension);

        public override MethodInfo GetMethod() => Find(nameof(DisposeAsync));

        public override void Dispose()
        {
        }

        protected override ValueTask InvokeInner() => _target!.DisposeAsync(_id);
    }
}
