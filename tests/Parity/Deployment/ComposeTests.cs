using Sheaf.Testbed;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Sheaf.Tests.Parity.Deployment;

/// <summary>What docker-compose.yml says of the safety of the stack. deploy/test/compose/run has it run.</summary>
public class ComposeTests
{
    private static readonly string[] Of = ["silo-1", "silo-2", "silo-3", "silo-gpu", "gateway", "schema", "prometheus", "grafana"];

    private static string Text { get; } = File.ReadAllText(Path.Combine(Checkout.Root, "docker-compose.yml"));

    private static Dictionary<string, Dictionary<object, object>> Services { get; } = Load();

    [Fact]
    public void Ports_AreOfThisMachineAlone() => Assert.All(
        Services.Values.SelectMany(service => service.TryGetValue("ports", out var ports) ? (List<object>)ports : []),
            port => Assert.StartsWith("127.0.0.1:", (string)port, StringComparison.Ordinal));

    [Fact]
    public void Database_IsNotPublished() => Assert.False(Services["postgres"].ContainsKey("ports"));

    [Fact]
    public void Passwords_HaveNoDefault()
    {
        Assert.DoesNotContain("SHEAF_DB_PASSWORD:-", Text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?i)password[a-z_]*[=:]\s*""?(?!\$\{SHEAF_DB_PASSWORD:\?)[\w]",
            string.Join('\n', Text.Split('\n').Where(line => !line.StartsWith('#'))).Replace("echo SHEAF_DB_PASSWORD=", "", StringComparison.Ordinal));
        Assert.Equal("true", ((Dictionary<object, object>)Services["grafana"]["environment"])["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"]);
    }

    [Fact]
    public void Containers_AreReadOnlyAndHaveNoCapabilities() => Assert.All(Of, name =>
    {
        var service = Services[name];
        Assert.Equal("true", service["read_only"]);
        Assert.Equal("ALL", Assert.Single((List<object>)service["cap_drop"]));
        Assert.Contains("no-new-privileges:true", (List<object>)service["security_opt"]);
    });

    [Fact]
    public void Silos_StartWhenTheTablesAreThereAndHaveTimeToDrain() => Assert.All(Of.Where(name => name.StartsWith("silo", StringComparison.Ordinal)), name =>
    {
        var after = (Dictionary<object, object>)Services[name]["depends_on"];
        Assert.Equal("service_completed_successfully", ((Dictionary<object, object>)after["schema"])["condition"]);
        Assert.Equal("150s", Services[name]["stop_grace_period"]);
        var command = ((List<object>)Services[name]["command"]).Cast<string>().ToArray();
        Assert.Equal(name, command[Array.IndexOf(command, "--name") + 1]);
    });

    [Fact]
    public void Images_RunAsAUserWhoIsNotRoot()
    {
        var stages = File.ReadAllText(Path.Combine(Checkout.Root, "Dockerfile")).Split("\nFROM ");
        Assert.All((string[])["silo", "gateway"],
            stage => Assert.Contains("\nUSER 1654", Assert.Single(stages, text => text.Split('\n')[0].EndsWith($" AS {stage}", StringComparison.Ordinal)),
                StringComparison.Ordinal));
        Assert.StartsWith("silo AS cli", stages[^1], StringComparison.Ordinal);
    }

    private static Dictionary<string, Dictionary<object, object>> Load()
    {
        var parser = new MergingParser(new Parser(new StringReader(Text)));
        var whole = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(parser);
        return ((Dictionary<object, object>)whole["services"]).ToDictionary(service => (string)service.Key,
            service => (Dictionary<object, object>)service.Value, StringComparer.Ordinal);
    }
}
