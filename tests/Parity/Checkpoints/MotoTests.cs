using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sheaf.Silo.Storage.ObjectStores;
using Sheaf.Testbed;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Tests.Parity.Checkpoints;

/// <summary>Somebody else's S3: Python's moto. Skipped where there is none.</summary>
public sealed class MotoTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Store_TakesCheckpointsAndGivesThemBack()
    {
        var port = FreePort();
        using var moto = Start(port);
        try
        {
            await Until.TrueAsync(() => Listens(port) || moto.HasExited, "moto_server listens", Cancel);
            Assert.SkipWhen(moto.HasExited, "moto_server does not run here.");
            var options = new S3Options(new($"http://127.0.0.1:{port}"), _ => null)
            {
                Credentials =
                new Amazon.Runtime.BasicAWSCredentials("tester", "secret")
            };
            using (var client = options.Connect())
            {
                await client.PutBucketAsync("bucket", Cancel);
            }

            using var stores = new Buckets(options, TimeProvider.System);
            var bucket = stores.Of("bucket");
            var store = new ObjectCheckpointStore(bucket, new("bucket", "team"), new ObjectStoreOptions().LookWithin, TimeProvider.System);
            Assert.Null(await store.ProblemAsync(Cancel));
            await store.OpenAsync("exp", mayCreate: true, Cancel);
            var first = await store.WriteAsync("exp", Snapshot(1, 1000), cancel: Cancel);
            var large = await store.WriteAsync("exp", Snapshot(2, 10_000_000), cancel: Cancel);

            Assert.Equal(large, await store.WriteAsync("exp", Snapshot(2, 10_000_000), cancel: Cancel));
            await Assert.ThrowsAsync<CheckpointException>(() => store.WriteAsync("exp", Snapshot(2, 1000), cancel: Cancel));
            Assert.Equal([2, 1], (await store.ListAsync("exp", Cancel)).Select(entry => entry.Record!.Step));
            Assert.True((await store.VerifyAsync(large.Path, Cancel)).IsIntact);
            Assert.Equal(large.WeightsSha256, WeightsHash.Of((await store.ReadAsync(large.Path, Cancel)).Weights));
            Assert.False(await bucket.TryCreateAsync("team/exp/step-0000000001-gen-1/manifest.json", new byte[1], Cancel));

            // What a silo that was killed leaves of a large file.
            using (var client = options.Connect())
            {
                await client.InitiateMultipartUploadAsync("bucket", "team/exp/step-0000000003-gen-1/weights.safetensors", Cancel);
            }

            Assert.Equal(
                [first.Path, "s3://bucket/team/exp/step-0000000003-gen-1/weights.safetensors (an upload that did not end)"],
                await store.DeleteUnknownAsync("exp", 2, 1, [], Cancel));
            Assert.Empty(await bucket.UnfinishedAsync("", Cancel));
            await store.DeleteAsync(large.Path, Cancel);
            Assert.Equal([".sheaf-probe"], await bucket.ListAsync("team/", Cancel).Select(found => Path.GetFileName(found.Key)).ToArrayAsync(Cancel));
        }
        finally
        {
            moto.Kill(entireProcessTree: true);
        }
    }

    private static CheckpointSnapshot Snapshot(long step, int numbers)
    {
        var bytes = new byte[numbers * sizeof(float)];
        new Random(5).NextBytes(bytes);
        return new()
        {
            Step = step, Generation = 1, SpecYaml = "name: x\n", Fingerprint = "f", Optimizer = [], Weights = [new("w", ArrayType.Float32, [numbers], bytes)],
        };
    }

    /// <summary>A shell starts it, so that a program that is not there is an exit code.</summary>
    private static Process Start(int port) => Process.Start(new ProcessStartInfo(
        "/bin/sh", ["-c", $"exec moto_server -H 127.0.0.1 -p {port} >/dev/null 2>&1"])
    { WorkingDirectory = Path.GetTempPath() })!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Listens(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
