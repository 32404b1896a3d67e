namespace Sheaf.Specs.Schema;

/// <summary>The values of one section while it is put together.</summary>
internal sealed class SectionValues
{
    private readonly Dictionary<SpecField, object?> _values = [];

    public void Set<T>(SpecField<T> field, T value) => _values[field] = value;

    /// <summary>The value of a field that is required or has a default.</summary>
    public T Get<T>(SpecField<T> field) => (T)_values[field]!;

    public T? Maybe<T>(SpecField<T> field)
        where T : class => _values.TryGetValue(field, out var value) ? (T?)value : null;

    public T? MaybeValue<T>(SpecField<T> field)
        where T : struct => _values.TryGetValue(field, out var value) ? (T?)value : null;
}
