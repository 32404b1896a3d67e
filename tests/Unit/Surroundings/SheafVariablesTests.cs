using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Surroundings;

public sealed class SheafVariablesTests
{
    [Theory]
    [InlineData("SHEAF_CLUSTR", "SHEAF_CLUSTER")]
    [InlineData("SHEAF_SERVR", "SHEAF_SERVER")]
    [InlineData("SHEAF_TORHC", "SHEAF_TORCH")]
    [InlineData("sheaf_server", "SHEAF_SERVER")]
    [InlineData("SHEAF_FAULT", "SHEAF_FAULTS")]
    public void Mistakes_NamesTheVariableThatWasMeant(string typed, string meant)
    {
        var mistake = Assert.Single(SheafVariables.Mistakes([typed, "PATH"]));

        Assert.Equal($"{typed} is no variable of Sheaf; did you mean {meant}?", mistake.ToString());
    }

    [Fact]
    public void Check_RefusesWhatIsMisspeltAndWarnsOfTheRest()
    {
        var warned = new List<string>();
        void Check(params string[] present) => SheafVariables.Check(present, mistake => new FormatException(mistake.Name), mistake => warned.Add(mistake.Name));

        Check("PATH", "SHEAF_SERVER", "SHEAF_COMPANY_BADGE");
        Assert.Equal(["SHEAF_COMPANY_BADGE"], warned);
        Assert.Equal("SHEAF_SERVR", Assert.Throws<FormatException>(() => Check("SHEAF_SERVR", "SHEAF_SERVER")).Message);
    }

    [Fact]
    public void Mistakes_NearNone_NamesThoseThatThereAre()
    {
        var mistake = Assert.Single(SheafVariables.Mistakes(["SHEAF_COMPANY_BADGE"]));

        Assert.Null(mistake.Near);
        Assert.Contains("SHEAF_SERVER", mistake.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_OfEveryKnownVariable_AreNone() => Assert.Empty(SheafVariables.Mistakes(SheafVariables.Known.Keys));

    [Theory]
    [InlineData("SHEAF_SERVICE_HOST")]
    [InlineData("SHEAF_SERVICE_PORT_GRPC")]
    [InlineData("SHEAF_SILO_PORT")]
    [InlineData("SHEAF_PORT_7433_TCP_ADDR")]
    [InlineData("SHEAF__Silo__Name")]
    [InlineData("SHEAFS")]
    public void Mistakes_OfKubernetesAndOfOptions_AreNone(string name) => Assert.Empty(SheafVariables.Mistakes([name]));
}
