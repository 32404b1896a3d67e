namespace Sheaf.Tests.Architecture;

/// <summary>Each rule finds what it is for, in a text that breaks it.</summary>
public sealed class SourceRulesTests
{
    [Theory]
    [InlineData("public sealed class A;\npublic enum B { X }", true)]
    [InlineData("public sealed partial class A { }\npublic readonly record struct B(int X);", true)]
    [InlineData("public interface IA { }\npublic delegate Task<int> B(int x);", true)]
    [InlineData("public abstract record A\n{\n    public sealed record Nested : A;\n}\ninternal sealed class B { }", false)]
    [InlineData("public class A { }\npublic class A<T> { }", false)]
    public void PublicTypes_EnsureCounted(string text, bool broken) => Assert.Equal(broken, SourceRules.ManyPublicTypes([new("a.cs", text)]).Count == 1);

    [Theory]
    [InlineData("var channel = GrpcChannel.ForAddress(server);", 1)]
    [InlineData("using var client = new HttpClient();", 1)]
    [InlineData("var handler = new SocketsHttpHandler { UseProxy = false };\nGrpcChannel.ForAddress(server, new() { HttpHandler = handler });", 0)]
    public void ClientsWithAProxy_EnsureFound(string text, int broken) => Assert.Equal(broken, SourceRules.ClientsWithAProxy([new("a.cs", text)]).Count);

    [Theory]
    [InlineData("a/Run.cs", "SheafVariables.Check(names, refuse, warn);", 0)]
    [InlineData("a/Run.cs", "SheafVariables.Known", 1)]
    [InlineData("ab/Run.cs", "SheafVariables.Check(names, refuse, warn);", 1)]
    public void ProgramsThatTakeAnyVariable_EnsureFound(string path, string text, int broken) => Assert.Equal(
        broken,
        SourceRules.ProgramsThatTakeAnyVariable([new("a/A.csproj", "<OutputType>Exe</OutputType>"), new("b/B.csproj", "<Project/>")], [new(path, text)]).Count);

    [Fact]
    public void LongLines_EnsureFoundByTheirNumber() =>
        Assert.Equal(["a.cs:2: 4 columns; a line has at most 3"], SourceRules.LongLines([new("a.cs", "abc\nabcd\nab\n"), new("b.cs", "abc")], 3));

    [Fact]
    public void LongTypes_EnsureFoundUnlessWithAReason()
    {
        var reasons = new Dictionary<string, string> { ["N.Long"] = "a table" };
        SourceFile[] files =
        [
            new("long.cs", "namespace N;\n\npublic class Long\n{\n    int a;\n}\n"),
            new("other.cs", "namespace N;\n\ninternal sealed class Other(\n    int x)\n{\n}\n"),
            new("short.cs", "namespace N;\n\npublic record Short(int X);\n\npublic enum Shorter\n{\n}\n"),
        ];
        Assert.StartsWith("N.Other: 4 lines in other.cs", Assert.Single(SourceRules.LongTypes(files, 3, reasons)), StringComparison.Ordinal);
        Assert.Empty(SourceRules.StaleReasons(files, 3, reasons));
        Assert.Single(SourceRules.StaleReasons(files, 4, reasons));
    }

    [Fact]
    public void LongTypes_EnsureAllPartsOfATypeAreCountedAndNoOthers()
    {
        SourceFile[] files =
        [
            new("a.cs", "namespace N;\n\ninternal sealed partial class A\n{\n    private sealed class Nested\n    {\n    }\n}\n\ninternal class A<T>\n{\n}\n"),
            new("a.more.cs", "namespace N;\n\ninternal sealed partial class A\n{\n    int b;\n}\n"),
            new("elsewhere.cs", "namespace M;\n\ninternal static class A\n{\n}\n"),
        ];
        Assert.Equal([("M.A", 3), ("N.A", 10), ("N.A`1", 3)], TypeLength.Of(files).Select(type => (type.Name, type.Lines)));
        Assert.Equal(["a.cs", "a.more.cs"], TypeLength.Of(files).Single(type => type.Name == "N.A").Files);
    }

    [Theory]
    [InlineData("class A\n{\n  #if DEBUG\n  #endif\n}", 1)]
    [InlineData("# if X\n# endif", 1)]
    [InlineData("// #if is not used\n#pragma warning disable X", 0)]
    public void ConditionalCompilation_EnsureFound(string text, int broken) =>
        Assert.Equal(broken, SourceRules.ConditionalCompilation([new("a.cs", text)]).Count);
}
