using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Kept(Native.st_requires_grad(Handle)) != 0;
            set
            {
                Native.Check(Native.st_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>A new wrapper each time; null when there is none. Setting null takes it away.</summary>
        public unsafe Tensor grad
        {
            get
            {
                nint handle;
                Native.Check(Native.st_grad(Handle, &handle));
                GC.KeepAlive(this);
                return handle == 0 ? null : new(handle);
            }
            set
            {
                Native.Check(Native.st_set_grad(Handle, value is null ? 0 : value.Handle));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        public void retain_grad()
        {
            Native.Check(Native.st_retain_grad(Handle));
            GC.KeepAlive(this);
        }

        public unsafe void backward()
        {
            Native.Check(Native.st_backward(Handle, 0, 0, 0, null, 0));
            GC.KeepAlive(this);
        }

        public unsafe void backward(IList<Tensor> grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor> inputs = null)
        {
            var leaves = inputs is null ? [] : inputs.Select(t => t.Handle).ToArray();
            var gradient = grad_tensors is { Count: > 0 } ? grad_tensors[0] : null;
            fixed (nint* first = leaves)
            {
                Native.Check(Native.st_backward(Handle, gradient is null ? 0 : gradient.Handle, retain_graph ? 1 : 0, create_graph ? 1 : 0, first, leaves.Length));
            }

            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(this);
        }

        // ---- content ----

        internal unsafe void* Pointer => (void*)Kept(Native.st_data(Handle));
    }
}
