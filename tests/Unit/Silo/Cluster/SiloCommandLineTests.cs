using Sheaf.Silo;
using Sheaf.Silo.Storage;
using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Silo.Cluster;

public sealed class SiloCommandLineTests
{
    [Fact]
    public void Parse_OfAClustersOptions_TakesThemAll()
    {
        var options = Parse(
            "--cluster",
            "Host=db",
            "--cluster-id=mine",
            "--name",
            "silo-1",
            "--silo-endpoint",
            "10.0.0.1:7000",
            "--data-endpoint",
            "10.0.0.1:7001",
            "--checkpoints",
            "/shared",
            "--data",
            "/data",
            "--insecure");

        Assert.Equal(("Host=db", "mine", "silo-1"), (options.Cluster, options.ClusterId, options.Name));
        Assert.Equal(("10.0.0.1:7000", "10.0.0.1:7001", "/shared"), (options.SiloEndpoint, options.DataEndpoint, options.Checkpoints));
        var folder = DataFolder.Of(options);
        Assert.Equal(("/data/silos/silo-1/lock", "/shared"), (folder.LockFile, folder.Checkpoints));
    }

    [Fact]
    public void Parse_OfAnObjectStore_TakesItFromTheCommandLineOrFromVariables()
    {
        var options = SiloCommandLine.Parse(
            ["--data", "/d", "--checkpoints", "s3://bucket/a/b/", "--s3-endpoint", "http://127.0.0.1:9000"],
            new Dictionary<string, string> { ["AWS_ENDPOINT_URL_S3"] = "https://other", ["SHEAF_CHECKPOINTS"] = "/elsewhere" });
        Assert.Equal(("s3://bucket/a/b/", "http://127.0.0.1:9000"), (options.Checkpoints, options.S3Endpoint));
        Assert.Equal("/d/checkpoints", DataFolder.Of(options).Checkpoints);

        options = SiloCommandLine.Parse(
            ["--data", "/d"], new Dictionary<string, string> { ["AWS_ENDPOINT_URL"] = "https://minio", ["SHEAF_CHECKPOINTS"] = "s3://abc" });
        Assert.Equal(("s3://abc", "https://minio"), (options.Checkpoints, options.S3Endpoint));
        Assert.Null(SiloCommandLine.Parse(["--data", "/d"], new Dictionary<string, string> { ["AWS_ENDPOINT_URL_S3"] = "" }).S3Endpoint);
    }

    [Theory]
    [InlineData("--checkpoints", "s3://", "expected a directory, or s3://BUCKET/PREFIX")]
    [InlineData("--checkpoints", "s3://Bucket/x", "expected a directory, or s3://BUCKET/PREFIX")]
    [InlineData("--checkpoints", "s3://bucket/a//b", "expected a directory, or s3://BUCKET/PREFIX")]
    [InlineData("--s3-endpoint", "minio:9000", "expected the URL of an object store")]
    [InlineData("--s3-endpoint", "https://user:marker-of-a-secret@minio", "--s3-endpoint 'https://minio': expected the URL of an object store")]
    [InlineData("--remote-data-limit", "0", "expected a number of MiB from 1 to 1073741824")]
    public void Parse_OfAStoreThatIsNone_SaysWhatIsAllowed(string option, string value, string words)
    {
        var message = Assert.Throws<FormatException>(() => SiloCommandLine.Parse(["--data", "/d", option, value], new Dictionary<string, string>())).Message;
        Assert.Contains(words, message, StringComparison.Ordinal);
        Assert.DoesNotContain("marker", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_WithoutACluster_IsASiloThatIsAloneInItsFolder()
    {
        var options = Parse("--data", "/data");

        Assert.Null(options.Cluster);
        var folder = DataFolder.Of(options);
        Assert.Equal(("/data/lock", "/data/checkpoints", "/data/experiments/e/logs"), (folder.LockFile, folder.Checkpoints, folder.Logs("e")));
    }

    [Fact]
    public void Parse_WithTheVariable_TakesItUnlessTheCommandLineSaysOtherwise()
    {
        Assert.Equal("Host=a", SiloCommandLine.Parse([], new Dictionary<string, string> { ["SHEAF_CLUSTER"] = "Host=a", ["HOME"] = "/home/u" }).Cluster);
        var variables = new Dictionary<string, string> { ["SHEAF_CLUSTER"] = "Host=a" };
        Assert.Equal("Host=b", SiloCommandLine.Parse(["--cluster", "Host=b", "--data", "/d"], variables).Cluster);
        Assert.Null(SiloCommandLine.Parse(["--data", "/d"], new Dictionary<string, string> { ["SHEAF_CLUSTER"] = "" }).Cluster);
    }

    [Theory]
    [InlineData("--name", "a/b", "letters, digits")]
    [InlineData("--name", "..", "letters, digits")]
    [InlineData("--name", "", "letters, digits")]
    [InlineData("--cluster-id", "", "1 to 150")]
    [InlineData("--parent", "x", "process id")]
    [InlineData("--clustr", "x", "did you mean --cluster?")]
    [InlineData("--data", "", "expected a directory")]
    [InlineData("--data", "a\0b", "expected a directory")]
    [InlineData("--checkpoints", "", "expected a directory")]
    [InlineData("--announce", "", "expected a file")]
    [InlineData("--announce", "/tmp/", "expected a file")]
    [InlineData("--cluster", "", "connection string")]
    [InlineData("--devices", "", "cpu:N or cuda:N")]
    [InlineData("--devices", "gpu:1", "cpu:N or cuda:N")]
    [InlineData("--listen", "", "expected an address and a port")]
    [InlineData("--http", "", "expected an address and a port")]
    [InlineData("--parent", "0", "process id")]
    [InlineData("--silo-endpoint", "nonsense", "expected an address and a port")]
    [InlineData("--data-endpoint", "0.0.0.0:0", "not all addresses")]
    [InlineData("--max-calls", "0", "from 1 to 1000000")]
    [InlineData("--max-streams", "many", "from 1 to 100000")]
    [InlineData("--max-request", "10", "from 65536 to 67108864")]
    [InlineData("--tokens", "", "expected a file")]
    [InlineData("--tls-key", "k.pem", "--tls-certificate too")]
    [InlineData("--cluster-ca", "ca.pem", "--cluster-certificate and --cluster-key too")]
    [InlineData("--oidc-authority", "https://login.example.com", "--oidc-audience too")]
    public void Parse_OfABadValue_NamesItAndSaysWhatIsAllowed(string option, string value, string allowed)
    {
        var failure = Assert.Throws<FormatException>(() => Parse(option, value));

        Assert.Contains(option, failure.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--cluster-id", "x")]
    [InlineData("--silo-endpoint", "127.0.0.1:0")]
    [InlineData("--data-endpoint", "127.0.0.1:0")]
    public void Parse_OfAClustersOptionWithoutACluster_AsksForTheDatabase(string option, string value)
    {
        var failure = Assert.Throws<FormatException>(() => Parse("--data", "/d", option, value));

        Assert.StartsWith($"{option} is for a silo of a cluster", failure.Message, StringComparison.Ordinal);
        Assert.Contains("SHEAF_CLUSTER", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfAnOptionWithoutItsValue_DoesNotTakeTheNextOptionForIt() =>
        Assert.StartsWith(
            "--data needs a value", Assert.Throws<FormatException>(() => Parse("--data", "--listen", "127.0.0.1:0")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("here:7000")]
    [InlineData("127.0.0.1:70000")]
    public void Endpoint_ThatIsNone_IsRefusedByTheOptionsName(string text)
    {
        var failure = Assert.Throws<FormatException>(() => Endpoints.Parse("--silo-endpoint", text));

        Assert.Contains($"--silo-endpoint {text}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Endpoint_WithPort0_GetsAFreeOneThatNoOutgoingConnectionTakes() =>
        Assert.All(
            Enumerable.Range(0, 20), _ => Assert.InRange(Endpoints.WithFreePort(Endpoints.Parse("--silo-endpoint", "127.0.0.1:0")).Port, 10_000, 29_999));

    private static SiloOptions Parse(params string[] arguments) => SiloCommandLine.Parse(arguments, new Dictionary<string, string> { ["HOME"] = "/home/u" });
}
