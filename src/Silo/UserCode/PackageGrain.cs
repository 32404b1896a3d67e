using System.Security.Cryptography;
using Sheaf.Contracts.Grains;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.UserCode;

[GrainType("package")]
internal sealed class PackageGrain([PersistentState("package")] IPersistentState<PackageState> state) : Grain, IPackageGrain
{
    public Task Keep(byte[] content)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content));
        if (hash != this.GetPrimaryKeyString())
        {
            throw new ArgumentException($"The package has the SHA-256 {hash}, and was given as {this.GetPrimaryKeyString()}.");
        }

        return state.State.Content is null ? state.Write(new() { Content = content }, $"The package {hash}") : Task.CompletedTask;
    }

    public Task<bool> IsKept() => Task.FromResult(state.State.Content is not null);

    public Task<byte[]?> Read() => Task.FromResult(state.State.Content);
}
