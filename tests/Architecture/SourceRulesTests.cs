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
    public void LongFiles_EnsureFoundUnlessWithAReason()
    {
        var reasons = new Dictionary<string, string> { ["long.cs"] = "a table" };
        SourceFile[] files = [new("long.cs", "\n\n\n"), new("other.cs", "\n\n\n"), new("short.cs", "\n\n")];
        Assert.StartsWith("other.cs: 3 lines", Assert.Single(SourceRules.LongFiles(files, 2, reasons)), StringComparison.Ordinal);
        Assert.Empty(SourceRules.StaleReasons(files, 2, reasons));
        Assert.Single(SourceRules.StaleReasons(files, 3, reasons));
    }

    [Theory]
    [InlineData("class A\n{\n  #if DEBUG\n  #endif\n}", 1)]
    [InlineData("# if X\n# endif", 1)]
    [InlineData("// #if is not used\n#pragma warning disable X", 0)]
    public void ConditionalCompilation_EnsureFound(string text, int broken) => Assert.Equal(broken, SourceRules.ConditionalCompilation([new("a.cs", text)]).Count);
}
