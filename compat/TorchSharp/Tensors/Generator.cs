using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A stream of random numbers with a state of its own. libtorch locks it for each draw.</summary>
    public class Generator : IDisposable
    {
        private nint _handle;

        public Generator(ulong seed = 0, Device device = null)
        {
            this.device = device ?? CPU;
            _handle = Native.Check(Native.st_generator((long)seed, (int)this.device.type, this.device.index));
        }

        private Generator(nint handle)
        {
            device = CPU;
            _handle = handle;
        }

        ~Generator() => Dispose(false);

        public static Generator Default => new(Native.Check(Native.st_default_generator()));

        public nint Handle => _handle != 0 ? _handle : throw new InvalidOperationException("The generator has been disposed.");

        public Device device { get; }

        public Tensor state
        {
            get => new(Native.Check(Native.st_generator_state(Handle)));
            set
            {
                Native.Check(Native.st_generator_set_state(Handle, value.Handle));
                GC.KeepAlive(value);
            }
        }

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.st_generator_set_seed(Handle, seed));
            return this;
        }

        /// <summary>Seeds from the system's entropy and returns that seed.</summary>
        public long seed() => Native.st_generator_seed(Handle);

        public long initial_seed() => Native.st_generator_current_seed(Handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0) Native.st_generator_release(handle);
        }
    }

    public static Generator manual_seed(long seed) => random.manual_seed(seed);
    public static long seed() => random.seed();
    public static long initial_seed() => random.initial_seed();
    public static Tensor get_rng_state() => random.get_rng_state();
    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);

    public static class random
    {
        /// <summary>Seeds the default generators of all devices.</summary>
        public static Generator manual_seed(long seed)
        {
            Native.Check(Native.st_manual_seed(seed));
            return Generator.Default;
        }

        public static long initial_seed()
        {
            using var generator = Generator.Default;
            return generator.initial_seed();
        }

        public static long seed()
        {
            using var generator = Generator.Default;
            return generator.seed();
        }

        public static Tensor get_rng_state()
        {
            using var generator = Generator.Default;
            return generator.state;
        }

        public static void set_rng_state(Tensor new_state)
        {
            using var generator = Generator.Default;
            generator.state = new_state;
        }
    }
}
