using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public enum Reduction { None, Mean, Sum }

        /// <summary>Parameters, buffers and submodules by name, in the order of their registration.</summary>
        public partial class Module : IDisposable
        {
            internal readonly OrderedDictionary<string, Parameter> OwnParameters = [];
            internal readonly OrderedDictionary<string, (Tensor tensor, bool persistent)> OwnBuffers = [];
            internal readonly OrderedDictionary<string, Module> OwnModules = [];
            private readonly string _name;
            private bool _training = true;
            private bool _registered;

            protected Module(string name) => _name = name;

            public virtual bool training => _training;

            public virtual string GetName() => _name;

            public virtual void train(bool train = true)
            {
                _training = train;
                foreach (var child in OwnModules.Values) child.train(train);
            }

            public virtual void eval() => train(false);

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    using var grad = parameter.grad;
                    if (grad is null) continue;
                    if (set_to_none) parameter.grad = null;
                    else using (no_grad()) grad.zero_();
                }
            }

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var child in OwnModules.Values) child.apply(fn);
                fn(this);
                return this;
            }

            // ---- registration ----

            /// <summary>Registers every field that holds a module, a parameter or a tensor (a buffer), under the field's raw name.</summary>
            protected virtual void RegisterComponents()
            {
                // The layers of this assembly register themselves.
                if (_registered || GetType().Assembly == typeof(Module).Assembly) return;
                foreach (var field in Fields())
                {
                    if (OwnModules.ContainsKey(field.Name) || OwnParameters.ContainsKey(field.Name) || OwnBuffers.ContainsKey(field.Name)) continue;
                    switch (field.GetValue(this))
                    {
                        case Module module: register_module(field.Name, module); break;
                        case Parameter parameter: register_parameter(field.Name, parameter); break;
                        case Tensor tensor: register_buffer(field.Name, tensor); break;
                    }
                }

                _registered = true;
            }

            // The class's own fields first, then those of its bases.
            private IEnumerable<FieldInfo> Fields()
            {
                var seen = new HashSet<string>();
                for (var type = GetType(); type is not null && type.Assembly != typeof(Module).Assembly; type = type.BaseType)
                {
                    foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                    {
                        if (seen.Add(field.Name)) yield return field;
                    }
                }
            }

            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null || param.IsInvalid) throw new ArgumentNullException(nameof(param), $"The parameter {name} is null or disposed.");
                if (!OwnParameters.TryAdd(name, param)) throw new InvalidOperationException($"Parameter {name} is already registered.");
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                if (tensor is null || tensor.IsInvalid) throw new ArgumentNullException(nameof(tensor), $"The buffer {name} is null or disposed.");
                if (!OwnBuffers.TryAdd(name, (tensor, persistent))) throw new InvalidOperationException($"Buffer {name} is already registered.");
            }

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null)
                {
                    OwnModules.Remove(name);
                    return;
                }

                if (string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal)) throw new ArgumentException($"The module name '{name}' is empty or contains a dot.");
                if (OwnModules.ContainsKey(name)) throw new InvalidOperationException($"Sub-module {name} is already registered.");
                submodule.RegisterComponents();
                OwnModules.Add(name, submodule);
            }

            public void add_module(string name, Module module) => register_module(name, module);

            // ---- walking ----

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
                return Walk(recurse).SelectMany(m => m.module.OwnParameters.Select(p => (m.prefix + p.Key, p.Value))).Where(p => seen.Add(p.Value)).ToArray();
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                return Walk(recurse).SelectMany(m => m.module.OwnBuffers.Where(b => b.Value.persistent || include_nonpersistent).Select(b => (m.prefix + b.Key, b.Value.tensor))).Where(b => seen.Add(b.tensor)).ToArray();
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) => named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual IEnumerable<(string name, Module module)> named_children() => OwnModules.Select(m => (m.Key, m.Value));

            public virtual IEnumerable<Module> children() => OwnModules.Values;

            /// <summary>All modules below this one: the children first, then what is below each.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules() =>
                named_children().Concat(OwnModules.SelectMany(c => c.Value.named_modules().Select(m => (c.Key + "." + m.name, m.module))));

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            public virtual Parameter get_parameter(string target) => named_parameters().FirstOrDefault(p => p.name == target).parameter;

            public virtual Tensor get_buffer(string target) => named_buffers().FirstOrDefault(b => b.name == target).buffer;

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            private IEnumerable<(string prefix, Module module)> Walk(bool recurse, string prefix = "")
            {
                yield return (prefix, this);
                if (!recurse) yield break;
                foreach (var (name, child) in OwnModules)
                {
                    foreach (var below in child.Walk(true, prefix + name + ".")) yield return below;
                }
            }

            // ---- conversion ----

            /// <summary>Moves or converts in place: parameters and buffers stay the same objects. A dtype applies to floating-point tensors only.</summary>
            internal void Convert(Device device, ScalarType? dtype)
            {
                using var mode = no_grad();
                foreach (var tensor in parameters().Concat(buffers()))
                {
                    using var scope = NewDisposeScope();
                    var wanted = dtype is { } d && tensor.is_floating_point() ? d : tensor.dtype;
                    var moved = device is null ? tensor.to_type(wanted) : tensor.to(wanted, device);
                    if (!ReferenceEquals(moved, tensor)) tensor.Adopt(moved.detach());
                }
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;
                foreach (var parameter in OwnParameters.Values) parameter.Dispose();
                foreach (var (tensor, _) in OwnBuffers.Values) tensor.Dispose();
                foreach (var module in OwnModules.Values) module.Dispose();
            }
        }
    }
}
