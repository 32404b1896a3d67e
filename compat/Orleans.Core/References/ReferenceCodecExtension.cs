using Orleans.Serialization;
using Orleans.Serialization.Wire;

namespace Orleans.Runtime;

/// <summary>Grain references in messages: their grain's id and their interface; and the addresses of silos, whose official codec is generated. Thread-safe.</summary>
internal sealed class ReferenceCodecExtension(IServiceProvider services) : ICodecExtension
{
    public Codec? TryCreate(Type type)
    {
        if (type == typeof(SiloAddress))
        {
            return new TextCodec<SiloAddress>(a => a.ToParsableString(), SiloAddress.FromParsableString);
        }

        if (typeof(GrainReference).IsAssignableFrom(type))
        {
            return new ReferenceContents(services);
        }

        return type.IsClass && typeof(IAddressable).IsAssignableFrom(type)
            ? throw new CodecNotFoundException($"A grain itself ({type}) cannot be sent. Fix: send a reference to it, this.AsReference<T>() with its interface.")
            : null;
    }

    private sealed class ReferenceContents(IServiceProvider services) : Codec<GrainReference>
    {
        private ReferenceActivator? _activator;

        public override bool IsImmutable => true;

        public override void Write(WireWriter writer, GrainReference value)
        {
            writer.WriteString(value.GrainId.ToString());
            writer.WriteString(value.InterfaceType.ToString());
        }

        public override GrainReference Read(WireReader reader)
        {
            _activator ??= (ReferenceActivator)services.GetService(typeof(ReferenceActivator))!;
            var id = GrainId.Parse(reader.ReadString());
            var name = reader.ReadString();
            return _activator.Create(id, name.Length == 0 ? default : GrainInterfaceType.Create(name));
        }
    }
}
