using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Sheaf.Tests.Interop.Orleans;

/// <summary>The serializer by itself: what goes in comes out, as bytes and as a copy, across versions of a type, and torn bytes throw.</summary>
public sealed class SerializerTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    private DeepCopier Copier => _services.GetRequiredService<DeepCopier>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Primitives_RoundTrip() => Prop.ForAll(
        ArbMap.Default.ArbFor<(int, long, byte, double, string?, DateTime, DateTimeOffset)>(),
        value => Equals(value, RoundTrip(value)) && Equals(value, Copier.Copy(value))).QuickCheckThrowOnFailure();

    [Fact]
    public void MorePrimitives_RoundTrip() => Prop.ForAll(
        ArbMap.Default.ArbFor<(Guid, TimeSpan, decimal, char, bool, DayOfWeek, float?)>(),
        value => Equals(value, RoundTrip(value)) && Equals(value, Copier.Copy(value))).QuickCheckThrowOnFailure();

    [Fact]
    public void Collections_RoundTrip() => Prop.ForAll(
        ArbMap.Default.ArbFor<(List<string>, Dictionary<int, string>, int[], double[], string[][])>(),
        value => Same(value, RoundTrip(value)) && Same(value, Copier.Copy(value))).QuickCheckThrowOnFailure();

    [Fact]
    public void Records_RoundTrip() => Prop.ForAll(
        ArbMap.Default.ArbFor<(int, string?, byte[], long?)>(),
        t =>
        {
            var value = new Leaf(t.Item1, t.Item2) { Bytes = t.Item3, Optional = t.Item4, Base = t.Item1 + 1 };
            return Leaf.Same(value, RoundTrip(value)) && Leaf.Same(value, Copier.Copy(value)) && Leaf.Same(value, (Leaf)RoundTrip<object>(value)) && Leaf.Same(value, (Leaf)RoundTrip<Node>(value));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Collections_OfEveryKind_RoundTrip()
    {
        Check(new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "a", "B" }, s => s.Order());
        Check(ImmutableArray.Create(1, 2, 3), s => s);
        Check(ImmutableList.Create("a", "b"), s => s);
        Check(ImmutableDictionary<string, int>.Empty.Add("a", 1), s => s);
        Check(new SortedDictionary<string, int> { ["b"] = 1, ["a"] = 2 }, s => s);
        Check(new Queue<int>([1, 2, 3]), s => s);
        Check(new Stack<int>([1, 2, 3]), s => s);
        Check<IReadOnlyList<int>, int>(new List<int> { 1, 2 }, s => s);
        Check<IReadOnlyList<int>, int>(new[] { 1, 2 }, s => s);
        Check<IEnumerable<string>, string>(new[] { "x" }, s => s);
        Assert.Contains("A", (ISet<string>)RoundTrip(new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "a" }));
        Assert.Equal(new byte[] { 1, 2 }, RoundTrip<ReadOnlyMemory<byte>>(new byte[] { 1, 2 }).ToArray());
        Assert.Equal(new byte[] { 2 }, RoundTrip<Memory<byte>>(new byte[] { 1, 2 }.AsMemory(1)).ToArray());
        Assert.Equal((1, ("a", 2.5)), RoundTrip((1, ("a", 2.5))));
        Assert.Equal(Tuple.Create(1, "a"), RoundTrip(Tuple.Create(1, "a")));
        Assert.Equal(new Uri("http://x/y"), RoundTrip(new Uri("http://x/y")));
        Assert.Equal(new Version(1, 2, 3), RoundTrip(new Version(1, 2, 3)));
        Assert.Equal(typeof(Dictionary<int, List<string>>), RoundTrip(typeof(Dictionary<int, List<string>>)));
    }

    [Fact]
    public void Enums_AndNullables_AndGenerics_RoundTrip()
    {
        Assert.Equal(Color.Blue, RoundTrip(Color.Blue));
        Assert.Null(RoundTrip<int?>(null));
        Assert.Equal(3, RoundTrip<int?>(3));
        Assert.Equal(new Pair<string, Color>("a", Color.Red), RoundTrip(new Pair<string, Color>("a", Color.Red)));
        Assert.Equal(new Small(1, 2f), RoundTrip(new Small(1, 2f)));
        Assert.Equal(5, (int)RoundTrip<object>(5)!);
    }

    [Fact]
    public void References_AreKept_AndCyclesToo()
    {
        var node = new Node { Base = 1 };
        node.Next = node;
        node.Others = [node, new Node { Base = 2 }];

        foreach (var copy in new[] { RoundTrip(node), Copier.Copy(node) })
        {
            Assert.NotSame(node, copy);
            Assert.Same(copy, copy.Next);
            Assert.Same(copy, copy.Others![0]);
            Assert.Equal(2, copy.Others[1].Base);
        }
    }

    [Fact]
    public void UnknownFields_AreSkipped_AndMissingOnesKeepTheirDefault()
    {
        var bytes = Serializer.SerializeToArray(new NewVersion { Kept = "k", Added = new Node { Base = 1 }, AddedLater = [1, 2] });
        var old = Serializer.Deserialize<OldVersion>(bytes);
        Assert.Equal("k", old.Kept);
        Assert.Equal("default", old.Removed);

        var back = Serializer.Deserialize<NewVersion>(Serializer.SerializeToArray(new OldVersion { Kept = "o", Removed = "r" }));
        Assert.Equal("o", back.Kept);
        Assert.Null(back.Added);
    }

    [Fact]
    public void Reference_IntoASkippedField_IsStillFound()
    {
        var shared = new Node { Base = 7 };
        var bytes = Serializer.SerializeToArray(new SharedNew { Added = shared, Kept = shared });

        Assert.Equal(7, Serializer.Deserialize<SharedOld>(bytes).Kept!.Base);
    }

    [Fact]
    public void TornOrAlteredBytes_ThrowOrGiveAValue_AndNothingWorse()
    {
        var bytes = Serializer.SerializeToArray(new Leaf(1, "text") { Bytes = [1, 2, 3], Others = [new Node()], Base = 3 });
        for (var i = 0; i < bytes.Length; i++)
        {
            Assert.ThrowsAny<Exception>(() => Serializer.Deserialize<Leaf>(bytes[..i]));
            for (var bit = 0; bit < 8; bit++)
            {
                var altered = bytes.ToArray();
                altered[i] ^= (byte)(1 << bit);
                try
                {
                    Serializer.Deserialize<Leaf>(altered);
                }
                catch (SerializerException)
                {
                }
            }
        }
    }

    [Fact]
    public void ExceptionOfATypeThatIsNotHere_BecomesACarrier()
    {
        var bytes = Serializer.SerializeToArray<Exception>(new NotSupportedException("message"));
        var name = System.Text.Encoding.UTF8.GetBytes(nameof(NotSupportedException));
        var at = bytes.AsSpan().IndexOf(name);
        bytes[at] = (byte)'X';

        var carrier = Assert.IsType<UnavailableExceptionFallbackException>(Serializer.Deserialize<Exception>(bytes));

        Assert.Equal("message", carrier.Message);
        Assert.Contains("XotSupportedException", carrier.ExceptionType);
    }

    [Fact]
    public void Alias_IsWhatIsWritten()
    {
        var bytes = Serializer.SerializeToArray<object>(new Aliased { Number = 4 });

        Assert.Contains("test.aliased", System.Text.Encoding.UTF8.GetString(bytes));
        Assert.DoesNotContain(nameof(Aliased), System.Text.Encoding.UTF8.GetString(bytes));
        Assert.Equal(4, ((Aliased)Serializer.Deserialize<object>(bytes)).Number);
    }

    private static bool Same((List<string>, Dictionary<int, string>, int[], double[], string[][]) a, (List<string>, Dictionary<int, string>, int[], double[], string[][]) b) =>
        a.Item1.SequenceEqual(b.Item1) && a.Item2.OrderBy(p => p.Key).SequenceEqual(b.Item2.OrderBy(p => p.Key)) && a.Item3.SequenceEqual(b.Item3)
        && a.Item4.SequenceEqual(b.Item4) && a.Item5.Length == b.Item5.Length && a.Item5.Zip(b.Item5).All(p => p.First.SequenceEqual(p.Second));

    private T RoundTrip<T>(T value) => Serializer.Deserialize<T>(Serializer.SerializeToArray(value));

    private void Check<T, TItem>(T value, Func<T, IEnumerable<TItem>> items)
    {
        Assert.Equal(items(value), items(RoundTrip(value)));
        Assert.Equal(items(value), items(Copier.Copy(value)));
        Assert.Equal(value!.GetType(), RoundTrip(value)!.GetType());
    }

    internal enum Color : byte
    {
        Red,
        Blue,
    }

    [GenerateSerializer]
    internal record Node
    {
        [Id(0)]
        public int Base { get; set; }

        [Id(1)]
        public Node? Next { get; set; }

        [Id(2)]
        public List<Node>? Others { get; set; }
    }

    [GenerateSerializer]
    internal sealed record Leaf(int Number, string? Text) : Node
    {
        [Id(0)]
        public byte[]? Bytes { get; init; }

        [Id(1)]
        public long? Optional { get; init; }

        public static bool Same(Leaf a, Leaf b) => a.Number == b.Number && a.Text == b.Text && a.Optional == b.Optional && a.Base == b.Base && (a.Bytes ?? []).SequenceEqual(b.Bytes ?? []);
    }

    [GenerateSerializer]
    internal readonly record struct Small(int A, float B);

    [GenerateSerializer]
    internal sealed record Pair<TFirst, TSecond>(TFirst First, TSecond Second);

    [GenerateSerializer, Alias("test.aliased")]
    internal sealed class Aliased
    {
        [Id(0)]
        public int Number { get; set; }
    }

    [GenerateSerializer]
    internal sealed class OldVersion
    {
        [Id(1)]
        public string? Kept { get; set; }

        [Id(5)]
        public string? Removed { get; set; } = "default";
    }

    [GenerateSerializer]
    internal sealed class NewVersion
    {
        [Id(0)]
        public Node? Added { get; set; }

        [Id(1)]
        public string? Kept { get; set; }

        [Id(7)]
        public List<int>? AddedLater { get; set; }
    }

    [GenerateSerializer]
    internal sealed class SharedNew
    {
        [Id(0)]
        public Node? Added { get; set; }

        [Id(1)]
        public Node? Kept { get; set; }
    }

    [GenerateSerializer]
    internal sealed class SharedOld
    {
        [Id(1)]
        public Node? Kept { get; set; }
    }
}
