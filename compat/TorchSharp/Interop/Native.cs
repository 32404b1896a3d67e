using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>One argument or result of an operator, as native/sheaf_torch.cpp lays it out.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct Value
{
    [FieldOffset(0)] public Tag Tag;
    [FieldOffset(4)] public int Extra;
    [FieldOffset(8)] public long Integer;
    [FieldOffset(8)] public double Number;
    [FieldOffset(8)] public nint Data;
}

internal enum Tag { None, Tensor, Int, Double, Bool, IntList, DoubleList, TensorList, OptionalTensorList, Device, String, Generator }

/// <summary>The bridge's functions; their contract stands in native/sheaf_torch.cpp. Arguments are blittable, so a call is a bare transition.</summary>
internal static unsafe partial class Native
{
    private const string Library = "libsheaf_torch";

    [LibraryImport(Library)] public static partial byte* st_error();
    [LibraryImport(Library)] public static partial byte* st_version();
    [LibraryImport(Library)] public static partial byte* st_config();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial nint st_find(string name, string overload);
    [LibraryImport(Library)] public static partial int st_call(nint op, Value* arguments, int count, Value* results, int capacity);
    [LibraryImport(Library)] public static partial void st_overflow(nint* handles);

    [LibraryImport(Library)] public static partial void st_release(nint tensor);
    [LibraryImport(Library)] public static partial nint st_retain(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial long st_dim(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial long st_numel(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial int st_dtype(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial int st_requires_grad(nint tensor);
    [LibraryImport(Library)] public static partial int st_is_leaf(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial int st_is_contiguous(nint tensor);
    [LibraryImport(Library)] public static partial int st_is_sparse(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial long st_element_size(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial long st_storage_offset(nint tensor);
    [LibraryImport(Library)] public static partial nint st_data(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] public static partial int st_device(nint tensor, int* index);
    [LibraryImport(Library)] public static partial int st_sizes(nint tensor, long* sizes);
    [LibraryImport(Library)] public static partial int st_strides(nint tensor, long* strides);
    [LibraryImport(Library)] public static partial int st_set_requires_grad(nint tensor, int value);
    [LibraryImport(Library)] public static partial int st_retain_grad(nint tensor);
    [LibraryImport(Library)] public static partial int st_grad(nint tensor, nint* grad);
    [LibraryImport(Library)] public static partial int st_set_grad(nint tensor, nint grad);
    [LibraryImport(Library)] public static partial int st_backward(nint tensor, nint gradient, int retainGraph, int createGraph, nint* inputs, int count);
    [LibraryImport(Library)] public static partial nint st_from_blob(void* data, long* sizes, int dims, int dtype, delegate* unmanaged<nint, void> release, nint context);

    [LibraryImport(Library), SuppressGCTransition] public static partial int st_grad_mode();
    [LibraryImport(Library), SuppressGCTransition] public static partial void st_set_grad_mode(int enabled);
    [LibraryImport(Library), SuppressGCTransition] public static partial int st_inference_mode();
    [LibraryImport(Library)] public static partial nint st_inference_enter(int enabled);
    [LibraryImport(Library)] public static partial void st_inference_leave(nint guard);

    [LibraryImport(Library)] public static partial int st_manual_seed(long seed);
    [LibraryImport(Library)] public static partial nint st_default_generator();
    [LibraryImport(Library)] public static partial nint st_generator(long seed, int device, int index);
    [LibraryImport(Library)] public static partial void st_generator_release(nint generator);
    [LibraryImport(Library)] public static partial int st_generator_set_seed(nint generator, long seed);
    [LibraryImport(Library)] public static partial long st_generator_current_seed(nint generator);
    [LibraryImport(Library)] public static partial long st_generator_seed(nint generator);
    [LibraryImport(Library)] public static partial int st_generator_device(nint generator, int* index);
    [LibraryImport(Library)] public static partial nint st_generator_state(nint generator);
    [LibraryImport(Library)] public static partial int st_generator_set_state(nint generator, nint state);

    [LibraryImport(Library)] public static partial int st_num_threads();
    [LibraryImport(Library)] public static partial int st_set_num_threads(int count);
    [LibraryImport(Library)] public static partial int st_num_interop_threads();
    [LibraryImport(Library)] public static partial int st_set_num_interop_threads(int count);
    [LibraryImport(Library)] public static partial int st_allow_tf32(int library);
    [LibraryImport(Library)] public static partial int st_set_allow_tf32(int library, int allowed);
    [LibraryImport(Library)] public static partial int st_cuda_devices();
    [LibraryImport(Library)] public static partial int st_has_cudnn();

    /// <summary>The failure of this thread's last call, as the official package reports it.</summary>
    public static ExternalException Failure() => new(Marshal.PtrToStringUTF8((nint)st_error()));

    public static void Check(int status)
    {
        if (status < 0) throw Failure();
    }

    public static nint Check(nint handle) => handle != 0 ? handle : throw Failure();
}
