namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public interface IModule<T, TResult>
        {
            TResult call(T input1);
        }

        public interface IModule<T1, T2, TResult>
        {
            TResult call(T1 input1, T2 input2);
        }

        /// <summary>A module whose `call` runs hooks before and after `forward`.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            // Null while there is none, which is nearly always.
            internal OrderedDictionary<string, TPreHook> PreHooks;
            internal OrderedDictionary<string, TPostHook> PostHooks;

            protected HookableModule(string name) : base(name)
            {
            }

            public HookRemover register_forward_hook(TPostHook hook)
            {
                var remover = new HookRemover(this, Guid.NewGuid().ToString());
                (PostHooks ??= []).Add(remover.Key, hook);
                return remover;
            }

            public HookRemover register_forward_pre_hook(TPreHook hook)
            {
                var remover = new HookRemover(this, Guid.NewGuid().ToString());
                (PreHooks ??= []).Add(remover.Key, hook);
                return remover;
            }

            public class HookRemover(HookableModule<TPreHook, TPostHook> module, string key)
            {
                internal string Key => key;

                public void remove()
                {
                    module.PreHooks?.Remove(key);
                    module.PostHooks?.Remove(key);
                }
            }
        }

        public abstract class Module<T, TResult> : HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>, IModule<T, TResult>
        {
            protected Module(string name) : base(name)
            {
            }

            public abstract TResult forward(T input);

            /// <summary>`forward` with its hooks; a hook that returns something replaces the input or the result.</summary>
            public TResult call(T input)
            {
                if (PreHooks is not null)
                {
                    foreach (var hook in PreHooks.Values) input = hook(this, input) is { } replaced ? replaced : input;
                }

                var result = forward(input);
                if (PostHooks is not null)
                {
                    foreach (var hook in PostHooks.Values) result = hook(this, input, result) is { } replaced ? replaced : result;
                }

                return result;
            }
        }

        public abstract class Module<T1, T2, TResult> :
            HookableModule<Func<Module<T1, T2, TResult>, T1, T2, (T1, T2)?>, Func<Module<T1, T2, TResult>, T1, T2, TResult, TResult>>, IModule<T1, T2, TResult>
        {
            protected Module(string name) : base(name)
            {
            }

            public abstract TResult forward(T1 input1, T2 input2);

            public TResult call(T1 input1, T2 input2)
            {
                if (PreHooks is not null)
                {
                    foreach (var hook in PreHooks.Values) (input1, input2) = hook(this, input1, input2) ?? (input1, input2);
                }

                var result = forward(input1, input2);
                if (PostHooks is not null)
                {
                    foreach (var hook in PostHooks.Values) result = hook(this, input1, input2, result) is { } replaced ? replaced : result;
                }

                return result;
            }
        }
    }
}
