using Google.Protobuf;
using Grpc.Core;
using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Specs;
using Sheaf.Specs;
using Sheaf.V1;

namespace Sheaf.Client.Packaging;

/// <summary>The code of the user's own that a spec names: builds projects, packs files, and brings what came of it to the server.</summary>
internal static class SpecPackages
{
    private const int Chunk = 64 * 1024;

    /// <summary>The spec with the packages of its projects, each built once.</summary>
    /// <param name="building">Is told the project that is built now.</param>
    /// <exception cref="CliException">A project does not build, or a file cannot be read.</exception>
    public static async Task<SpecFile> BuildAsync(SpecFile spec, ClientHost host, Action<string> building, CancellationToken cancellation)
    {
        var missing = spec.Spec.UserCode.Where(each => each.Package is null).ToList();
        var made = new Dictionary<string, BuiltPackage>(StringComparer.Ordinal);
        foreach (var use in missing.DistinctBy(each => each.Source))
        {
            if (use.IsProject)
            {
                building(use.Source);
            }

            made[use.Source] = use.IsProject ? await ProjectBuild.RunAsync(use.Source, host, cancellation) : PackageArchive.OfFile(use.Source,
                ModelSpec.TorchScript.FileInPackage);
        }

        return made.Count == 0
            ? spec
            : spec.With([.. missing.Select(each => new SpecOverride($"{each.Key}.package", made[each.Source].Sha256))], [.. made.Values]);
    }

    /// <summary>Uploads what the server has not.</summary>
    public static async Task UploadAsync(ServerConnection server, SpecFile spec, CancellationToken cancellation)
    {
        foreach (var package in spec.Packages.DistinctBy(each => each.Sha256))
        {
            var known = await server.CallAsync(
                "ask for a package", options => server.Packages.DescribeAsync(new DescribePackageRequest { Sha256 = package.Sha256 }, options), cancellation);
            if (!known.IsKept)
            {
                await UploadAsync(server, package, cancellation);
            }
        }
    }

    private static async Task UploadAsync(ServerConnection server, BuiltPackage package, CancellationToken cancellation)
    {
        try
        {
            using var call = server.Packages.Upload(cancellationToken: cancellation);
            for (var done = 0; done < package.Content.Length; done += Chunk)
            {
                await call.RequestStream.WriteAsync(
                    new()
                    {
                        Sha256 = done == 0 ? package.Sha256 : "",
                        Data = ByteString.CopyFrom(package.Content, done, Math.Min(Chunk, package.Content.Length - done)),
                    },
                    cancellation);
            }

            await call.RequestStream.CompleteAsync();
            await call.ResponseAsync;
        }
        catch (RpcException failure)
        {
            cancellation.ThrowIfCancellationRequested();
            throw server.Explain(failure, "upload what the project was built to");
        }
    }
}
