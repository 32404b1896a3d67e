using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Sequential Sequential() => new(Array.Empty<(string, Module<Tensor, Tensor>)>());
            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) => new(modules);
            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) => new(modules);
            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules) => new(modules.ToArray());
            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules) => new(modules.ToArray());

            public static ModuleList<Module> ModuleList(params Module[] modules) => new(modules);
            public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Calls its modules one after the other and disposes what lies between them; the input is the caller's, and the result too.</summary>
    public class Sequential : nn.Module<Tensor, Tensor>
    {
        protected internal Sequential(params nn.Module<Tensor, Tensor>[] modules) : base(nameof(Sequential))
        {
            foreach (var module in modules) append(module);
        }

        protected internal Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules) : base(nameof(Sequential))
        {
            foreach (var (name, module) in modules) append(name, module);
        }

        public int Count => OwnModules.Count;

        [System.Runtime.CompilerServices.IndexerName("SequentialItems")]
        public nn.IModule<Tensor, Tensor> this[int index] => (nn.IModule<Tensor, Tensor>)OwnModules.GetAt(index).Value;

        public Sequential append(nn.IModule<Tensor, Tensor> module) => append(Count.ToString(), module);

        public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
        {
            register_module(name, (nn.Module)module);
            return this;
        }

        public override Tensor forward(Tensor tensor)
        {
            var current = tensor;
            for (var i = 0; i < OwnModules.Count; i++)
            {
                var next = this[i].call(current);
                if (!ReferenceEquals(next, current) && !ReferenceEquals(current, tensor)) current.Dispose();
                current = next;
            }

            return ReferenceEquals(current, tensor) ? tensor.alias() : current;
        }
    }

    /// <summary>Modules by number, registered under "0", "1", ...</summary>
    public class ModuleList<T> : nn.Module, IList<T> where T : nn.Module
    {
        private readonly List<T> _list = [];

        public ModuleList(params T[] modules) : base(nameof(ModuleList<T>)) => append(modules);

        public int Count => _list.Count;

        public bool IsReadOnly => false;

        public T this[int index]
        {
            get => _list[index];
            set => Change(() => _list[index] = value);
        }

        public void append(params T[] parameters) => extend(parameters);
        public void extend(IEnumerable<T> modules) => Change(() => _list.AddRange(modules));
        public void Add(T item) => Change(() => _list.Add(item));
        public void Insert(int index, T item) => Change(() => _list.Insert(index, item));
        public void RemoveAt(int index) => Change(() => _list.RemoveAt(index));
        public void Clear() => Change(_list.Clear);
        public bool Contains(T item) => _list.Contains(item);
        public int IndexOf(T item) => _list.IndexOf(item);
        public void CopyTo(T[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);
        public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();
        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public bool Remove(T item)
        {
            var there = _list.Contains(item);
            Change(() => _list.Remove(item));
            return there;
        }

        protected override void RegisterComponents()
        {
        }

        private void Change(Action change)
        {
            change();
            OwnModules.Clear();
            for (var i = 0; i < _list.Count; i++) OwnModules.Add(i.ToString(), _list[i]);
        }
    }
}
