using Google.Protobuf;
using Google.Protobuf.Reflection;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.V1;

namespace Sheaf.Tests.Parity.Api;

/// <summary>A silo, and what a client in any language needs to call it: its address and the descriptors of its API.</summary>
public sealed class ServedSilo : IAsyncLifetime
{
    private readonly TestFolder _folder = new();

    internal TestFolder Folder => _folder;

    internal TestSilo Silo { get; private set; } = null!;

    /// <summary>A google.protobuf.FileDescriptorSet, as protoc would write it: every file stands after those that it imports.</summary>
    public static string Descriptors { get; } = Convert.ToBase64String(
        Set(ExperimentsReflection.Descriptor, CheckpointsReflection.Descriptor, PackagesReflection.Descriptor, ClusterReflection.Descriptor).ToByteArray());

    public async ValueTask InitializeAsync() => Silo = await TestSilo.Start(_folder);

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        _folder.Dispose();
    }

    private static FileDescriptorSet Set(params FileDescriptor[] files)
    {
        var set = new FileDescriptorSet();
        void Add(FileDescriptor file)
        {
            foreach (var import in file.Dependencies)
            {
                Add(import);
            }

            if (!set.File.Any(known => known.Name == file.Name))
            {
                set.File.Add(FileDescriptorProto.Parser.ParseFrom(file.SerializedData));
            }
        }

        Array.ForEach(files, Add);
        return set;
    }
}
