using System.Text;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);

        // A parameter is a leaf: what comes out of a computation loses its history.
        internal static nint Leaf(Tensor data)
        {
            if (data.is_leaf) return data.DecoupleFromNativeHandle();
            using var leaf = data.detach();
            data.Dispose();
            return leaf.DecoupleFromNativeHandle();
        }

        public partial class Module
        {
            /// <summary>Parameters, then persistent buffers. The tensors are the module's own, not copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor> destination = null, string prefix = null)
            {
                destination ??= [];
                var start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (name, parameter) in named_parameters()) destination.TryAdd(start + name, parameter);
                foreach (var (name, buffer) in named_buffers(include_nonpersistent: false)) destination.TryAdd(start + name, buffer);
                return destination;
            }

            /// <summary>Copies values into the module's tensors. Strict: throws, before it changes anything, if the names differ.</summary>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source, bool strict = true, IList<string> skip = null)
            {
                var target = state_dict();
                var wanted = target.Keys.Where(k => skip is null || !skip.Contains(k)).ToArray();
                var missing = wanted.Where(k => !source.ContainsKey(k)).ToList();
                var unexpected = source.Keys.Where(k => (skip is null || !skip.Contains(k)) && !target.ContainsKey(k)).ToList();
                if (strict && missing.Count + unexpected.Count > 0)
                {
                    throw new InvalidOperationException($"load_state_dict: the names differ. Missing: [{string.Join(", ", missing)}]; unexpected: [{string.Join(", ", unexpected)}]. Pass strict: false to load what fits.");
                }

                using var mode = no_grad();
                foreach (var key in wanted.Where(source.ContainsKey))
                {
                    if (!target[key].shape.SequenceEqual(source[key].shape))
                    {
                        throw new ArgumentException($"load_state_dict: {key} has the shape [{string.Join(", ", target[key].shape)}], the source [{string.Join(", ", source[key].shape)}].");
                    }

                    target[key].copy_(source[key]);
                }

                return (missing, unexpected);
            }

            // ---- files: LEB128 count, then per entry a BinaryWriter string, LEB128 dtype, dimensions and sizes, raw bytes ----

            public Module save(string location, IList<string> skip = null)
            {
                using var stream = File.Create(location);
                return save(stream, skip);
            }

            public Module save(Stream stream, IList<string> skip = null)
            {
                using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
                return save(writer, skip);
            }

            public Module save(BinaryWriter writer, IList<string> skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string> skip = null)
            {
                var entries = sd.Where(e => skip is null || !skip.Contains(e.Key)).ToArray();
                writer.Write7BitEncodedInt64(entries.Length);
                foreach (var (name, tensor) in entries)
                {
                    writer.Write(name);
                    tensor.Save(writer);
                }
            }

            public virtual Module load(string location, bool strict = true, IList<string> skip = null, Dictionary<string, bool> loadedParameters = null)
            {
                if (!File.Exists(location)) throw new FileNotFoundException($"The module's file {location} does not exist.", location);
                using var stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            public Module load(Stream stream, bool strict = true, IList<string> skip = null, Dictionary<string, bool> loadedParameters = null)
            {
                using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
                return load(reader, strict, skip, loadedParameters);
            }

            public virtual Module load(BinaryReader reader, bool strict = true, IList<string> skip = null, Dictionary<string, bool> loadedParameters = null)
            {
                using var scope = NewDisposeScope();
                var source = new Dictionary<string, Tensor>();
                var count = reader.Read7BitEncodedInt64();
                for (long i = 0; i < count; i++)
                {
                    var name = reader.ReadString();
                    source[name] = TensorExtensionMethods.Load(reader);
                }

                var (missing, unexpected) = load_state_dict(source, strict, skip);
                if (loadedParameters is not null)
                {
                    foreach (var name in source.Keys) loadedParameters[name] = !unexpected.Contains(name) && !(skip?.Contains(name) ?? false);
                    foreach (var name in missing) loadedParameters[name] = false;
                }

                return this;
            }
        }
    }

    public partial class Tensor
    {
        // Takes another tensor's content, keeping this object's identity, scope and wish for gradients.
        internal void Adopt(Tensor other)
        {
            var wanted = requires_grad;
            var handle = other.DecoupleFromNativeHandle();
            Release();
            _handle = handle;
            Interlocked.Increment(ref _live);
            if (wanted) requires_grad = true;
        }
    }
}

public static partial class TensorExtensionMethods
{
    public static void Save(this torch.Tensor tensor, BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64((int)tensor.dtype);
        writer.Write7BitEncodedInt64(tensor.ndim);
        foreach (var size in tensor.shape) writer.Write7BitEncodedInt64(size);
        using var local = tensor.detach();
        using var host = local.cpu();
        using var flat = host.contiguous();
        writer.Write(flat.bytes);
    }

    public static torch.Tensor Load(BinaryReader reader, bool skip = false)
    {
        var dtype = (torch.ScalarType)reader.Read7BitEncodedInt64();
        var shape = new long[reader.Read7BitEncodedInt64()];
        for (var i = 0; i < shape.Length; i++) shape[i] = reader.Read7BitEncodedInt64();
        var tensor = torch.empty(shape, dtype);
        reader.BaseStream.ReadExactly(tensor.bytes);
        if (!skip) return tensor;
        tensor.Dispose();
        return null;
    }

    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        using var loaded = Load(reader);
        using var mode = torch.no_grad();
        if (!skip) tensor.copy_(loaded);
    }
}
