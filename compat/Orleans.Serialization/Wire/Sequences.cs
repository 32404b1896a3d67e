using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;

namespace Orleans.Serialization.Wire;

/// <summary>Collections made from an array of their elements.</summary>
internal static class Sequences
{
    public static Codec? TryCreate(CodecFactory factory, Type definition, Type[] arguments)
    {
        if (arguments.Length == 2)
        {
            var pair = definition == typeof(ImmutableDictionary<,>) ? nameof(ImmutableDictionaryOf)
                : definition == typeof(ImmutableSortedDictionary<,>) ? nameof(ImmutableSortedDictionaryOf)
                : definition == typeof(SortedDictionary<,>) ? nameof(SortedDictionaryOf)
                : definition == typeof(ConcurrentDictionary<,>) ? nameof(ConcurrentDictionaryOf)
                : definition == typeof(ReadOnlyDictionary<,>) ? nameof(ReadOnlyDictionaryOf)
                : null;
            return pair is null ? null : Invoke(pair, factory, arguments);
        }

        var single = definition == typeof(ImmutableArray<>) ? nameof(ImmutableArrayOf)
            : definition == typeof(ImmutableList<>) ? nameof(ImmutableListOf)
            : definition == typeof(ImmutableHashSet<>) ? nameof(ImmutableHashSetOf)
            : definition == typeof(Queue<>) ? nameof(QueueOf)
            : definition == typeof(Stack<>) ? nameof(StackOf)
            : definition == typeof(SortedSet<>) ? nameof(SortedSetOf)
            : definition == typeof(ReadOnlyCollection<>) ? nameof(ReadOnlyCollectionOf)
            : null;
        return single is null ? null : Invoke(single, factory, arguments);
    }

    private static Codec Invoke(string method, CodecFactory factory, Type[] arguments) =>
        (Codec)typeof(Sequences).GetMethod(method, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.MakeGenericMethod(arguments).Invoke(null, [factory])!;

    private static Codec ImmutableArrayOf<T>(CodecFactory factory) =>
        new SequenceCodec<ImmutableArray<T>, T>(factory, System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray, immutable: true);

    private static Codec ImmutableListOf<T>(CodecFactory factory) => new SequenceCodec<ImmutableList<T>, T>(factory, ImmutableList.Create, immutable: true);

    private static Codec ImmutableHashSetOf<T>(CodecFactory factory) => new SequenceCodec<ImmutableHashSet<T>, T>(factory, ImmutableHashSet.Create, immutable: true);

    private static Codec QueueOf<T>(CodecFactory factory) => new SequenceCodec<Queue<T>, T>(factory, items => new Queue<T>(items), immutable: false);

    private static Codec StackOf<T>(CodecFactory factory) => new SequenceCodec<Stack<T>, T>(
        factory,
        items =>
        {
            Array.Reverse(items);
            return new Stack<T>(items);
        },
        immutable: false);

    private static Codec SortedSetOf<T>(CodecFactory factory) => new SequenceCodec<SortedSet<T>, T>(factory, items => new SortedSet<T>(items), immutable: false);

    private static Codec ReadOnlyCollectionOf<T>(CodecFactory factory) =>
        new SequenceCodec<ReadOnlyCollection<T>, T>(factory, items => new ReadOnlyCollection<T>(items), immutable: false);

    private static Codec ImmutableDictionaryOf<TKey, TValue>(CodecFactory factory) where TKey : notnull =>
        new SequenceCodec<ImmutableDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(factory, ImmutableDictionary.CreateRange, immutable: true);

    private static Codec ImmutableSortedDictionaryOf<TKey, TValue>(CodecFactory factory) where TKey : notnull =>
        new SequenceCodec<ImmutableSortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(factory, ImmutableSortedDictionary.CreateRange, immutable: true);

    private static Codec SortedDictionaryOf<TKey, TValue>(CodecFactory factory) where TKey : notnull =>
        new SequenceCodec<SortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(factory, items => new SortedDictionary<TKey, TValue>(items.ToDictionary()), immutable: false);

    private static Codec ConcurrentDictionaryOf<TKey, TValue>(CodecFactory factory) where TKey : notnull =>
        new SequenceCodec<ConcurrentDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(factory, items => new ConcurrentDictionary<TKey, TValue>(items), immutable: false);

    private static Codec ReadOnlyDictionaryOf<TKey, TValue>(CodecFactory factory) where TKey : notnull =>
        new SequenceCodec<ReadOnlyDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>(factory, items => new ReadOnlyDictionary<TKey, TValue>(items.ToDictionary()), immutable: false);
}
