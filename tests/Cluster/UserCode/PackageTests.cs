using System.IO.Compression;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.Tests.Unit.Training.UserCode;
using Sheaf.V1;

namespace Sheaf.Tests.Cluster.UserCode;

/// <summary>A package from its upload to the end of the experiment that it is for.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly byte[] _package = Pack();

    private string Sha256 => Convert.ToHexStringLower(SHA256.HashData(_package));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Submit_EnsureTheSameWeightsOnAnyNumberOfWorkersAndAfterARestart()
    {
        var weights = new List<string>();
        await using (var silo = await TestSilo.Start(_folder))
        {
            await Upload(silo);
            foreach (var workers in new[] { "1", "4" })
            {
                await silo.Submit(_folder, $"own-{workers}", OwnSpec.Yaml(Sha256, workers: workers));
                var ended = await silo.Completed($"own-{workers}");
                weights.Add(ended.Run.Result!.WeightsSha256);
                Assert.All(ended.Evaluations, evaluation => Assert.Equal(evaluation.Metrics[0], evaluation.Metrics[1]));
            }
        }

        // The package is still kept, and need not be uploaded again.
        await using var again = await TestSilo.Start(_folder);
        await again.Submit(_folder, "own-2", OwnSpec.Yaml(Sha256));
        weights.Add((await again.Completed("own-2")).Run.Result!.WeightsSha256);
        Assert.Single(weights.Distinct());
    }

    [Fact]
    public async Task Submit_EnsureAPackageThatComesTakesAwayWhatNobodyUsedAndWhatAKilledSiloBegan()
    {
        var packages = Path.Combine(_folder.Data, "packages");
        var (unused, recent, begun) = (Package("0a", TimeSpan.FromDays(31)), Package("0b", TimeSpan.FromDays(29)), Package("0c.tmp", TimeSpan.Zero));
        await using var silo = await TestSilo.Start(_folder);
        await Upload(silo);
        await silo.Submit(_folder, "own", OwnSpec.Yaml(Sha256));
        await silo.Completed("own");
        Assert.Equal(
            new[] { recent, Path.Combine(packages, Sha256) }.Order(StringComparer.Ordinal), Directory.GetDirectories(packages).Order(StringComparer.Ordinal));
        Assert.False(Directory.Exists(unused) || Directory.Exists(begun));

        string Package(string name, TimeSpan age)
        {
            var folder = Directory.CreateDirectory(Path.Combine(packages, name)).FullName;
            File.WriteAllText(Path.Combine(folder, ".files"), "");
            File.SetLastWriteTimeUtc(Path.Combine(folder, ".files"), (TimeProvider.System.GetUtcNow() - age).UtcDateTime);
            return folder;
        }
    }

    [Fact]
    public async Task Submit_EnsureAPackageOfWhichAPartIsGoneIsFetchedAnew()
    {
        await using var silo = await TestSilo.Start(_folder);
        await Upload(silo);
        await silo.Submit(_folder, "first", OwnSpec.Yaml(Sha256));
        await silo.Completed("first");
        foreach (var gone in new[] { "*.dll", "*" })
        {
            Array.ForEach(Directory.GetFiles(Path.Combine(_folder.Data, "packages", Sha256), gone), File.Delete);
            await silo.Submit(_folder, $"after-{gone.Length}", OwnSpec.Yaml(Sha256));
            await silo.Completed($"after-{gone.Length}");
        }
    }

    [Fact]
    public async Task Submit_EnsureAFailureInTheMiddleFailsTheExperimentAlone()
    {
        await using var silo = await TestSilo.Start(_folder);
        await Upload(silo);
        await silo.Submit(_folder, "late", OwnSpec.Yaml(Sha256, "LateNet", "{ calls: 40 }", epochs: 50));
        await silo.Submit(_folder, "healthy", TestFolder.Spec());
        var late = await silo.Ended("late");
        Assert.Equal(RunState.Failed, late.Run.State);
        Assert.Contains("InvalidOperationException: enough (in Sheaf.Tests.UserCode.LateNet.forward, Models.cs line ", late.Run.Reason,
            StringComparison.Ordinal);
        await silo.Completed("healthy");
    }

    [Fact]
    public async Task Submit_EnsureAPackageThatIsNotThereIsAViolation()
    {
        await using var silo = await TestSilo.Start(_folder);
        var answer = await silo.Try(_folder, "absent", OwnSpec.Yaml(Sha256));
        Assert.Contains("was not uploaded", Assert.Single(answer.Violations).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_EnsureASiloThatDeniesUsersCodeSaysSo()
    {
        await using var silo = await TestSilo.Start(_folder, configure: builder => Replace(builder, options => options with { UserCode = false }));
        await Upload(silo);
        var answer = await silo.Try(_folder, "denied", OwnSpec.Yaml(Sha256));
        Assert.Contains("is code of a user, and silo 'alone' runs none", Assert.Single(answer.Violations).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Data, "packages")));
    }

    [Fact]
    public async Task Upload_EnsureAnotherContentIsRefused()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        var packages = new Packages.PackagesClient(channel);
        using var call = packages.Upload(cancellationToken: TestSilo.Guard);
        await call.RequestStream.WriteAsync(new() { Sha256 = new string('0', 64), Data = ByteString.CopyFromUtf8("something else") }, TestSilo.Guard);
        await call.RequestStream.CompleteAsync();
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
        Assert.False((await packages.DescribeAsync(new() { Sha256 = new string('0', 64) }, cancellationToken: TestSilo.Guard)).IsKept);
    }

    [Fact]
    public async Task Upload_EnsureOneThatIsLargerThanARequestIsTakenAndOneThatIsTooLargeIsNot()
    {
        await using var silo = await TestSilo.Start(_folder);
        await Upload(silo, RandomNumberGenerator.GetBytes(6 << 20));
        var failure = await Assert.ThrowsAsync<RpcException>(() => Upload(silo, RandomNumberGenerator.GetBytes((32 << 20) + 1)));
        Assert.Equal((StatusCode.InvalidArgument, true), (failure.StatusCode, failure.Status.Detail.StartsWith("A package has at most 32 MiB.",
            StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("0.0.0.0:7433", "127.0.0.1:7434", null, false)]
    [InlineData("127.0.0.1:7433", "0.0.0.0:7434", null, false)]
    [InlineData("127.0.0.1:7433", "127.0.0.1:7434", null, true)]
    [InlineData("0.0.0.0:7433", "0.0.0.0:7434", true, true)]
    [InlineData("127.0.0.1:7433", "127.0.0.1:7434", false, false)]
    public void AllowsUserCode_EnsureItIsDeniedUnlessOnLoopback(string listen, string http, bool? said, bool allowed) =>
        Assert.Equal(allowed, new SiloOptions { Data = "/none", Listen = listen, Http = http, UserCode = said }.AllowsUserCode);

    private static void Replace(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder, Func<SiloOptions, SiloOptions> change)
    {
        var known = builder.Services.Single(service => service.ServiceType == typeof(SiloOptions));
        builder.Services.Remove(known);
        Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(builder.Services,
            change((SiloOptions)known.ImplementationInstance!));
    }

    private static byte[] Pack()
    {
        using var content = new MemoryStream();
        using (var archive = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in Directory.EnumerateFiles(SamplePackage.Folder).Order(StringComparer.Ordinal))
            {
                archive.CreateEntryFromFile(file, Path.GetFileName(file));
            }
        }

        return content.ToArray();
    }

    private Task Upload(TestSilo silo) => Upload(silo, _package);

    private static async Task Upload(TestSilo silo, byte[] package)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(package));
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        var packages = new Packages.PackagesClient(channel);
        using var call = packages.Upload(cancellationToken: TestSilo.Guard);
        const int Chunk = 16 * 1024;
        for (var done = 0; done < package.Length; done += Chunk)
        {
            await call.RequestStream.WriteAsync(
                new() { Sha256 = done == 0 ? sha256 : "", Data = ByteString.CopyFrom(package, done, Math.Min(Chunk, package.Length - done)) }, TestSilo.Guard);
        }

        await call.RequestStream.CompleteAsync();
        await call.ResponseAsync;
        Assert.True((await packages.DescribeAsync(new() { Sha256 = sha256 }, cancellationToken: TestSilo.Guard)).IsKept);
    }
}
