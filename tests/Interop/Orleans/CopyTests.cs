using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Serialization;

namespace Sheaf.Tests.Interop.Orleans;

/// <summary>A call's arguments and results are copied unless [Immutable], through the real serializer; what could not be sent is refused.</summary>
public sealed class CopyTests
{
    internal interface IKeepGrain : IGrainWithStringKey
    {
        Task Keep(object value);

        Task KeepImmutable([Immutable] Basket value);

        Task KeepBytes(byte[] bytes);

        Task KeepWrapped(Immutable<byte[]> bytes);

        Task<Basket?> KeepTwo(Basket first, Basket second);

        Task<object> Get(string kind);
    }

    [Fact]
    public async Task Argument_ChangedAfterTheCall_DoesNotShow()
    {
        await using var silo = await TestSilo.StartAsync();
        var basket = new Basket { Items = ["apple"] };

        await silo.Grains.GetGrain<IKeepGrain>("one").Keep(basket);
        basket.Items.Add("pear");

        Assert.NotSame(basket, Kept(silo));
        Assert.Equal(["apple"], ((Basket)Kept(silo)).Items);
    }

    [Fact]
    public async Task ByteArray_IsCopied_AndAnImmutableOneIsNot()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IKeepGrain>("one");
        byte[] bytes = [1, 2, 3];

        await grain.KeepBytes(bytes);
        Assert.NotSame(bytes, Kept(silo));
        Assert.Equal(bytes, (byte[])Kept(silo));
        await grain.KeepWrapped(bytes.AsImmutable());
        Assert.Same(bytes, Kept(silo));
    }

    [Fact]
    public async Task ImmutableParameterAndImmutableType_AreShared()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IKeepGrain>("one");
        var basket = new Basket();
        var frozen = new Frozen(1, ["x"]);

        await grain.KeepImmutable(basket);
        Assert.Same(basket, Kept(silo));
        await grain.Keep(frozen);
        Assert.Same(frozen, Kept(silo));
    }

    [Fact]
    public async Task Result_IsCopied()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IKeepGrain>("one");
        await grain.Keep(new Basket { Items = ["apple"] });

        var result = (Basket)await grain.Get("kept");
        result.Items.Clear();

        Assert.Equal(["apple"], ((Basket)Kept(silo)).Items);
    }

    [Fact]
    public async Task ObjectPassedTwice_StaysOneObject()
    {
        await using var silo = await TestSilo.StartAsync();
        var basket = new Basket { Items = ["apple"] };

        var result = await silo.Grains.GetGrain<IKeepGrain>("one").KeepTwo(basket, basket);

        Assert.NotNull(result);
        Assert.NotSame(basket, result);
    }

    [Fact]
    public async Task MemberWithoutAnId_IsNotSent()
    {
        await using var silo = await TestSilo.StartAsync();

        await silo.Grains.GetGrain<IKeepGrain>("one").Keep(new Basket { Items = ["apple"], Forgotten = "note" });

        Assert.Null(((Basket)Kept(silo)).Forgotten);
    }

    [Fact]
    public async Task GrainReference_CanBeSent_AndAGrainItselfIsRefused()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IKeepGrain>("one");

        await grain.Keep(silo.Grains.GetGrain<IKeepGrain>("two"));
        await ((IKeepGrain)Kept(silo)).KeepBytes([1]);
        Assert.Equal([1], (byte[])Kept(silo));
        var serializer = silo.Services.GetRequiredService<Serializer>();
        Assert.Equal(grain, serializer.Deserialize<IKeepGrain>(serializer.SerializeToArray(grain)));

        var exception = await Assert.ThrowsAsync<CodecNotFoundException>(() => grain.Get("self"));
        Assert.Contains("AsReference", exception.Message);
    }

    [Theory]
    [MemberData(nameof(Unsendable))]
    public async Task TypeThatOrleansWouldRefuse_IsRefusedWithItsNameAndTheFix(object value, string name, string fix)
    {
        await using var silo = await TestSilo.StartAsync();

        var exception = await Assert.ThrowsAsync<CodecNotFoundException>(() => silo.Grains.GetGrain<IKeepGrain>("one").Keep(value));

        Assert.Contains(name, exception.Message);
        Assert.Contains(fix, exception.Message);
    }

    [Fact]
    public async Task ResultThatOrleansWouldRefuse_IsRefusedToItsCaller()
    {
        await using var silo = await TestSilo.StartAsync();

        var exception = await Assert.ThrowsAsync<CodecNotFoundException>(() => silo.Grains.GetGrain<IKeepGrain>("one").Get("plain"));

        Assert.Contains(nameof(Plain), exception.Message);
    }

    public static TheoryData<object, string, string> Unsendable() => new()
    {
        { new Plain(), nameof(Plain), "[GenerateSerializer]" },
        { new DerivedWithoutAttribute(), nameof(DerivedWithoutAttribute), "[GenerateSerializer]" },
        { new DerivedFromPlain(), nameof(Plain), "[GenerateSerializer]" },
        { new object[] { new Plain() }, nameof(Plain), "[GenerateSerializer]" },
        { new List<Plain> { new() }, nameof(Plain), "[GenerateSerializer]" },
        { (IReadOnlyList<int>)[1, 2], "ReadOnly", "collection expression" },
        { new[] { 1, 2 }.Where(i => i > 1), "Iterator", "array" },
        { new { A = 1 }, "Anonymous", "record" },
        { new TwiceTheSameId(), nameof(TwiceTheSameId), "[Id(0)]" },
        { new ReadOnlyProperty(), nameof(ReadOnlyProperty), "setter" },
        { new Dictionary<string, int>(new OddComparer()), nameof(OddComparer), "StringComparer" },
    };

    private static object Kept(TestSilo silo) => silo.Services.GetRequiredService<Keeper>().Value!;

    [GenerateSerializer]
    internal class Basket
    {
        [Id(0)]
        public List<string> Items { get; set; } = [];

        public string? Forgotten { get; set; }
    }

    [GenerateSerializer, Immutable]
    internal sealed record Frozen(int Number, ImmutableArray<string> Texts);

    internal class Plain
    {
        public int Number { get; set; }
    }

    internal sealed class DerivedWithoutAttribute : Basket;

    [GenerateSerializer]
    internal sealed class DerivedFromPlain : Plain;

    [GenerateSerializer]
    internal sealed class TwiceTheSameId
    {
        [Id(0)]
        public int A { get; set; }

        [Id(0)]
        public int B { get; set; }
    }

    [GenerateSerializer]
    internal sealed class ReadOnlyProperty
    {
        [Id(0)]
        public int Computed => 1;
    }

    internal sealed class OddComparer : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => x?.Length == y?.Length;

        public int GetHashCode(string obj) => obj.Length;
    }

    internal sealed class Keeper
    {
        public object? Value { get; set; }
    }

    internal sealed class KeepGrain(Keeper keeper) : Grain, IKeepGrain
    {
        public Task Keep(object value) => Set(value);

        public Task KeepImmutable(Basket value) => Set(value);

        public Task KeepBytes(byte[] bytes) => Set(bytes);

        public Task KeepWrapped(Immutable<byte[]> bytes) => Set(bytes.Value);

        public Task<Basket?> KeepTwo(Basket first, Basket second) => Task.FromResult(ReferenceEquals(first, second) ? first : null);

        public Task<object> Get(string kind) => Task.FromResult(kind switch
        {
            "plain" => new Plain(),
            "self" => this,
            _ => keeper.Value!,
        });

        private Task Set(object value)
        {
            keeper.Value = value;
            return Task.CompletedTask;
        }
    }
}
