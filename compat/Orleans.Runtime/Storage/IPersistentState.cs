using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>A named state of a grain, read before its activation.</summary>
public interface IPersistentState<TState> : IStorage<TState>;
