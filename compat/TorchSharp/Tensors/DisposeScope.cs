namespace TorchSharp;

public static partial class torch
{
    /// <summary>Tensors made on this thread from now on belong to the returned scope, and die with it unless moved or detached. Scopes nest.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Push();

    public static DisposeScope CurrentDisposeScope => DisposeScopeManager.Current;

    /// <summary>Evaluates in a scope of its own; only the result survives.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}

public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScope _current;

    internal static DisposeScope Current => _current;

    internal static DisposeScope Push() => _current = new DisposeScope(_current);

    /// <summary>Takes a disposed scope off this thread's stack, wherever in it it is.</summary>
    internal static void Remove(DisposeScope scope)
    {
        if (_current == scope)
        {
            _current = scope.Outer;
            return;
        }

        for (var inner = _current; inner is not null; inner = inner.Outer)
        {
            if (inner.Outer == scope) inner.Outer = scope.Outer;
        }
    }
}

/// <summary>Owns tensors (and other disposables that are attached). Not thread-safe: use it on the thread that made it.</summary>
public sealed class DisposeScope : IDisposable
{
    // Slots keep their place, so that a tensor leaves in constant time; a free slot is null. The array is reused by the thread's next scope.
    [ThreadStatic] private static IDisposable[] _spare;
    private IDisposable[] _slots;
    private int _used;

    internal DisposeScope(DisposeScope outer)
    {
        Outer = outer;
        _slots = _spare ?? new IDisposable[64];
        _spare = null;
    }

    internal DisposeScope Outer { get; set; }

    public int DisposablesCount => DisposablesView.Count;

    public IReadOnlyList<IDisposable> DisposablesView => [.. _slots.AsSpan(0, _used).ToArray().Where(d => d is not null)];

    public bool Contains(IDisposable disposable) => IndexOf(disposable) >= 0;

    public void Attach(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
        {
            if (tensor.Scope == this) return;
            tensor.Scope?.Forget(tensor);
            tensor.Scope = this;
            tensor.ScopeSlot = Add(tensor);
        }
        else if (!Contains(disposable))
        {
            Add(disposable);
        }
    }

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var all = disposables.ToArray();
        foreach (var disposable in all) Attach(disposable);
        return all;
    }

    public T Detach<T>(T disposable) where T : IDisposable
    {
        Forget(disposable);
        return disposable;
    }

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable => (Detach(first), Detach(second));

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (Detach(first), Detach(second), Detach(third));

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables) Forget(disposable);
    }

    /// <summary>Into the scope around this one; where there is none, out of all scopes.</summary>
    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(Outer, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable => (MoveToOuter(first), MoveToOuter(second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third) where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(Outer, disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(Outer, disposables);

    public T MoveToOther<T>(DisposeScope scope, T disposable) where T : IDisposable
    {
        Forget(disposable);
        scope?.Attach((IDisposable)disposable);
        return disposable;
    }

    public void MoveToOther(DisposeScope scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope scope, IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables) MoveToOther(scope, disposable);
    }

    public void DisposeEverything() => DisposeEverythingBut(Array.Empty<IDisposable>());

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var keep = inKeep.Where(Contains).ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var disposable in DisposablesView.Where(d => !keep.Contains(d))) disposable.Dispose();
    }

    /// <summary>Says that somebody else disposed it.</summary>
    public void MarkAsDisposed(IDisposable disposable) => Forget(disposable);

    public void Dispose()
    {
        if (_slots is null) return;
        for (var i = 0; i < _used; i++)
        {
            var disposable = _slots[i];
            if (disposable is null) continue;
            _slots[i] = null;
            if (disposable is torch.Tensor tensor) tensor.Scope = null;
            disposable.Dispose();
        }

        _spare = _slots;
        _slots = null;
        _used = 0;
        DisposeScopeManager.Remove(this);
    }

    internal int Add(IDisposable disposable)
    {
        ObjectDisposedException.ThrowIf(_slots is null, this);
        if (_used == _slots.Length) Array.Resize(ref _slots, 2 * _used);
        _slots[_used] = disposable;
        return _used++;
    }

    private int IndexOf(IDisposable disposable) => disposable is torch.Tensor tensor ? (tensor.Scope == this ? tensor.ScopeSlot : -1) : Array.IndexOf(_slots, disposable, 0, _used);

    internal void Forget(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
        {
            if (tensor.Scope is not { } scope) return;
            tensor.Scope = null;
            scope._slots[tensor.ScopeSlot] = null;
        }
        else if (IndexOf(disposable) is >= 0 and var slot)
        {
            _slots[slot] = null;
        }
    }
}
