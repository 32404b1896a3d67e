using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Sheaf.Tests.Interop.Orleans;

/// <summary>Incoming and outgoing call filters, and exceptions across calls.</summary>
public sealed class CallFilterTests
{
    internal interface IFilteredGrain : IGrainWithStringKey
    {
        Task<string> Say(string text, int times);

        Task Fail(string kind);
    }

    [Fact]
    public async Task IncomingFilter_SeesTheMethodAndItsArguments_AndMayChangeBoth()
    {
        await using var silo = await TestSilo.StartAsync(s => s.AddIncomingGrainCallFilter(async context =>
        {
            var probe = context.TargetContext.ActivationServices.GetRequiredService<Probe>();
            probe.Report($"{context.InterfaceMethod.Name}({context.Request.GetArgument(0)}, {context.Request.GetArgument(1)}) on {context.TargetId}, {context.ImplementationMethod.DeclaringType!.Name}");
            context.Request.SetArgument(0, "changed");
            await context.Invoke();
            context.Result = $"<{context.Result}>";
        }));

        Assert.Equal("<[changedchanged]>", await silo.Grains.GetGrain<IFilteredGrain>("a").Say("x", 2));
        Assert.Equal(["Say(x, 2) on filtered/a, FilteredGrain", "own filter"], silo.Probe.Log);
    }

    [Fact]
    public async Task OutgoingFilter_RunsAtTheCaller_AndMayAnswerByItself()
    {
        await using var silo = await TestSilo.StartAsync(s => s.AddOutgoingGrainCallFilter(async context =>
        {
            if ((string)context.Request.GetArgument(0)! == "short")
            {
                context.Result = "cut";
                return;
            }

            await context.Invoke();
        }));
        var grain = silo.Grains.GetGrain<IFilteredGrain>("a");

        Assert.Equal("cut", await grain.Say("short", 1));
        Assert.Equal("[x]", await grain.Say("x", 1));
    }

    [Fact]
    public async Task Filters_MayTurnAnExceptionIntoAResult()
    {
        await using var silo = await TestSilo.StartAsync(s => s.AddIncomingGrainCallFilter(async context =>
        {
            try
            {
                await context.Invoke();
            }
            catch (ArgumentException)
            {
                context.Result = null;
            }
        }));

        await silo.Grains.GetGrain<IFilteredGrain>("a").Fail("argument");
    }

    [Fact]
    public async Task Exception_KeepsItsTypeMessageAndCause_AndIsACopy()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IFilteredGrain>("a");

        var own = await Assert.ThrowsAsync<OwnException>(() => grain.Fail("own"));
        Assert.Equal("own message", own.Message);
        Assert.Equal(42, own.Code);
        Assert.Equal("cause", Assert.IsType<FormatException>(own.InnerException).Message);
        Assert.Contains(nameof(FilteredGrain), own.StackTrace);
        Assert.NotSame(FilteredGrain.LastThrown, own);
        var argument = await Assert.ThrowsAsync<ArgumentException>(() => grain.Fail("argument"));
        Assert.StartsWith("bad", argument.Message);
        var aggregate = await Assert.ThrowsAsync<AggregateException>(() => grain.Fail("aggregate"));
        Assert.Equal(["one", "two"], aggregate.InnerExceptions.Select(e => e.Message));
        await Assert.ThrowsAsync<TaskCanceledException>(() => grain.Fail("cancelled"));
    }

    [Fact]
    public async Task ExceptionThatOrleansWouldRefuse_IsRefusedWithItsName()
    {
        await using var silo = await TestSilo.StartAsync();

        var exception = await Assert.ThrowsAsync<CodecNotFoundException>(() => silo.Grains.GetGrain<IFilteredGrain>("a").Fail("plain"));

        Assert.Contains(nameof(PlainException), exception.Message);
    }

    [Fact]
    public async Task GrainOfAnInterfaceThatNobodyImplements_IsRefused()
    {
        await using var silo = await TestSilo.StartAsync();

        var exception = Assert.Throws<ArgumentException>(() => silo.Grains.GetGrain<INobody>("a"));

        Assert.Contains(nameof(INobody), exception.Message);
    }

    internal interface INobody : IGrainWithStringKey;

    [GenerateSerializer]
    internal sealed class OwnException(string message, Exception inner) : Exception(message, inner)
    {
        [Id(0)]
        public int Code { get; set; }
    }

    internal sealed class PlainException : Exception;

    internal sealed class FilteredGrain(Probe probe) : Grain, IFilteredGrain, IIncomingGrainCallFilter
    {
        public static Exception? LastThrown { get; private set; }

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            probe.Report("own filter");
            await context.Invoke();
            if (context.Result is string text)
            {
                context.Result = $"[{text}]";
            }
        }

        public Task<string> Say(string text, int times) => Task.FromResult(string.Concat(Enumerable.Repeat(text, times)));

        public async Task Fail(string kind)
        {
            await Task.Yield();
            LastThrown = kind switch
            {
                "own" => new OwnException("own message", new FormatException("cause")) { Code = 42 },
                "argument" => new ArgumentException("bad", nameof(kind)),
                "aggregate" => new AggregateException("both", new InvalidOperationException("one"), new TimeoutException("two")),
                "cancelled" => new TaskCanceledException(),
                _ => new PlainException(),
            };
            throw LastThrown;
        }
    }
}
