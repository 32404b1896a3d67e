using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // The gradient modes are per thread; disposing restores what was.
    public static IDisposable no_grad() => new GradMode(false);
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);
    public static bool is_grad_enabled() => Native.st_grad_mode() != 0;
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);
    public static bool is_inference_mode_enabled() => Native.st_inference_mode() != 0;

    /// <summary>Kernel threads: those of the calling thread for libtorch's own loops, those of the process for the BLAS.</summary>
    public static void set_num_threads(int num) => Native.Check(Native.st_set_num_threads(num));
    public static int get_num_threads() => Native.st_num_threads();
    public static void set_num_interop_threads(int num) => Native.Check(Native.st_set_num_interop_threads(num));
    public static int get_num_interop_threads() => Native.st_num_interop_threads();

    public static bool cuda_is_available() => cuda.is_available();

    public static class cuda
    {
        public static bool is_available() => device_count() > 0;
        public static int device_count() => Native.st_cuda_devices();
        public static bool is_cudnn_available() => is_available() && Native.st_has_cudnn() != 0;
        public static void manual_seed(long seed) => random.manual_seed(seed);
        public static void manual_seed_all(long seed) => random.manual_seed(seed);
    }

    public static class backends
    {
        // TF32 rounds the factors of a product to 10 bits of mantissa. By default matrix products do not, convolutions do.
        public static class cuda
        {
            public static class matmul
            {
                public static bool allow_tf32
                {
                    get => IsAllowed(Native.st_allow_tf32(0));
                    set => Native.Check(Native.st_set_allow_tf32(0, value ? 1 : 0));
                }
            }
        }

        private static bool IsAllowed(int answer)
        {
            Native.Check(answer);
            return answer != 0;
        }

        public static class cudnn
        {
            public static bool allow_tf32
            {
                get => IsAllowed(Native.st_allow_tf32(1));
                set => Native.Check(Native.st_set_allow_tf32(1, value ? 1 : 0));
            }
        }
    }

    private sealed class GradMode : IDisposable
    {
        private readonly int _before = Native.st_grad_mode();

        public GradMode(bool enabled) => Native.st_set_grad_mode(enabled ? 1 : 0);

        public void Dispose() => Native.st_set_grad_mode(_before);
    }

    private sealed class InferenceMode(bool mode) : IDisposable
    {
        private nint _guard = Native.Check(Native.st_inference_enter(mode ? 1 : 0));

        public void Dispose()
        {
            if (_guard != 0) Native.st_inference_leave(_guard);
            _guard = 0;
        }
    }
}
