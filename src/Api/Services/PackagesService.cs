using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Grpc.Core;
using Sheaf.Api.Options;
using Sheaf.Api.Security;
using Sheaf.Contracts.Grains;

namespace Sheaf.Api.Services;

/// <summary>Takes packages of users' code. Whether they may run is decided by each silo that would run them.</summary>
internal sealed partial class PackagesService(IGrainFactory grains, ApiOptions options) : V1.Packages.PackagesBase
{
    public override async Task<V1.DescribePackageResponse> Describe(V1.DescribePackageRequest request, ServerCallContext context) =>
        new() { IsKept = await grains.GetGrain<IPackageGrain>(Hash(request.Sha256)).IsKept() };

    public override async Task<V1.UploadPackageResponse> Upload(IAsyncStreamReader<V1.UploadPackageRequest> requestStream, ServerCallContext context)
    {
        string? hash = null;
        using var content = new MemoryStream();
        await foreach (var chunk in requestStream.ReadAllAsync(context.CancellationToken))
        {
            hash ??= Hash(chunk.Sha256);
            context.UserState[AuditInterceptor.ObjectKey] = hash;
            if (content.Length + chunk.Data.Length > options.MaxPackage)
            {
                throw Bad($"A package has at most {options.MaxPackage >> 20} MiB. Leave out what Sheaf brings itself, such as TorchSharp and libtorch.");
            }

            chunk.Data.WriteTo(content);
        }

        var bytes = content.ToArray();
        var made = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (made != Hash(hash ?? ""))
        {
            throw Bad($"The package has the SHA-256 {made}, and was said to have {hash}. Upload it again.");
        }

        await grains.GetGrain<IPackageGrain>(made).Keep(bytes);
        return new();
    }

    private static string Hash(string sha256) =>
        Pattern().IsMatch(sha256) ? sha256 : throw Bad($"'{sha256}' is no SHA-256; it has 64 hexadecimal digits in lower case.");

    private static RpcException Bad(string message) => new(new(StatusCode.InvalidArgument, message));

    [GeneratedRegex(@"^[0-9a-f]{64}\z")]
    private static partial Regex Pattern();
}
