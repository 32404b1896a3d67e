using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orleans.Core;

/// <summary>One state of one activation and its storage. Used in the grain's turns only.</summary>
public class StateStorageBridge<TState> : IStorage<TState>
{
    private readonly string _name;
    private readonly IGrainContext _context;
    private readonly IGrainStorage _store;
    private readonly ILogger _logger;
    private readonly IActivatorProvider _activators;
    private GrainState<TState>? _state;

    public StateStorageBridge(string name, IGrainContext grainContext, IGrainStorage store, ILoggerFactory loggerFactory, IActivatorProvider activatorProvider)
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
        _name = name;
        _context = grainContext;
        _store = store;
        _logger = loggerFactory.CreateLogger(store.GetType());
        _activators = activatorProvider;
    }

    public StateStorageBridge(string name, IGrainContext grainContext, IGrainStorage store)
        : this(name, grainContext, store, grainContext.ActivationServices.GetRequiredService<ILoggerFactory>(), grainContext.ActivationServices.GetRequiredService<IActivatorProvider>())
    {
    }

    public TState State
    {
        get => Record.State;
        set => Record.State = value;
    }

    public string? Etag
    {
        get => Record.ETag;
        set => Record.ETag = value;
    }

    public bool RecordExists => Record.RecordExists;

    private GrainState<TState> Record => _state ??= new GrainState<TState>(_activators.GetActivator<TState>().Create());

    public Task ReadStateAsync() => Run("read", static (self, record) => self._store.ReadStateAsync(self._name, self._context.GrainId, record));

    public Task WriteStateAsync() => Run("write", static (self, record) => self._store.WriteStateAsync(self._name, self._context.GrainId, record));

    public async Task ClearStateAsync()
    {
        await Run("clear", static (self, record) => self._store.ClearStateAsync(self._name, self._context.GrainId, record));
        Record.State ??= _activators.GetActivator<TState>().Create();
    }

    private async Task Run(string operation, Func<StateStorageBridge<TState>, GrainState<TState>, Task> action)
    {
        try
        {
            await action(this, Record);
        }
        catch (Exception exception)
        {
            _logger.LogError(exception, "Could not {Operation} the state '{State}' of grain {Grain}.", operation, _name, _context.GrainId);
            throw;
        }
    }
}
