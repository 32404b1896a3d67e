using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public interface ILearningRateController
            {
                double LearningRate { get; set; }

                double InitialLearningRate { get; set; }
            }

            public interface IMomentum
            {
                double Momentum { get; set; }
            }

            public interface IBetas
            {
                (double, double) Betas { get; set; }
            }

            public abstract class Optimizer : IDisposable
            {
                internal readonly List<ParamGroup> Groups = [];

                private protected Optimizer()
                {
                }

                public virtual IEnumerable<ILearningRateController> ParamGroups => Groups;

                public virtual IEnumerable<Parameter> parameters() => Groups.SelectMany(g => g.Parameters);

                /// <summary>One update. The closure, if any, computes the loss (and gradients) first and its result is returned; null otherwise.</summary>
                public virtual Tensor step(Func<Tensor> closure = null) => closure?.Invoke();

                /// <summary>Zeroes gradients in place; a parameter without one stays so.</summary>
                public virtual void zero_grad()
                {
                    foreach (var parameter in parameters())
                    {
                        using var grad = parameter.grad;
                        if (grad is null) continue;
                        if (grad.requires_grad) grad.detach_();
                        using (no_grad()) grad.zero_();
                    }
                }

                public virtual void add_param_group(ParamGroup param_group) => Groups.Add(param_group);

                public void Dispose()
                {
                    Dispose(true);
                    GC.SuppressFinalize(this);
                }

                protected virtual void Dispose(bool disposing)
                {
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    public class OptimizerOptions
    {
        public double? LearningRate { get; set; }

        public double InitialLearningRate { get; set; }
    }

    /// <summary>Parameters that share hyper-parameters.</summary>
    public class ParamGroup : torch.optim.ILearningRateController
    {
        public IEnumerable<Parameter> Parameters { get; set; }

        public OptimizerOptions Options { get; set; }

        public double LearningRate
        {
            get => Options.LearningRate.Value;
            set => Options.LearningRate = value;
        }

        public double InitialLearningRate
        {
            get => Options.InitialLearningRate;
            set => Options.InitialLearningRate = value;
        }
    }

    public class ParamGroup<TOptions> : ParamGroup where TOptions : OptimizerOptions
    {
        public ParamGroup()
        {
        }

        public ParamGroup(IEnumerable<Parameter> parameters, TOptions options = null)
        {
            Parameters = parameters;
            base.Options = options;
        }

        public new TOptions Options
        {
            get => (TOptions)base.Options;
            set => base.Options = value;
        }
    }

    /// <summary>What one parameter's updates remember: the number of steps, and tensors like the parameter, made when first used.</summary>
    internal sealed class Slots
    {
        private readonly torch.Tensor[] _tensors = new torch.Tensor[3];

        public long Steps { get; set; }

        public torch.Tensor this[int index]
        {
            get => _tensors[index];
            set => _tensors[index] = value?.DetachFromDisposeScope();
        }

        public torch.Tensor Slot(int index, Parameter like, double initial = 0) => this[index] ??= initial == 0 ? like.zeros_like() : like.full_like(initial);

        public void Dispose()
        {
            foreach (var tensor in _tensors) tensor?.Dispose();
        }
    }

    /// <summary>The loop that all optimizers share: parameters with a gradient, group by group, without recording gradients.</summary>
    public abstract class OptimizerHelper : torch.optim.Optimizer
    {
        private readonly Dictionary<Parameter, Slots> _state = new(ReferenceEqualityComparer.Instance);

        private protected OptimizerHelper()
        {
        }

        public override void add_param_group(ParamGroup param_group)
        {
            param_group.Parameters = param_group.Parameters.ToArray();
            param_group.InitialLearningRate = param_group.LearningRate;
            base.add_param_group(param_group);
        }

        /// <summary>The parameter's state, with this step counted.</summary>
        private protected Slots Next(Parameter parameter)
        {
            if (!_state.TryGetValue(parameter, out var state)) _state.Add(parameter, state = new());
            state.Steps++;
            return state;
        }

        private protected torch.Tensor Step<TOptions>(Func<torch.Tensor> closure, Action<Parameter, torch.Tensor, TOptions> update) where TOptions : OptimizerOptions
        {
            torch.Tensor loss = null;
            if (closure is not null)
            {
                using var recording = torch.enable_grad();
                loss = closure();
            }

            using var mode = torch.no_grad();
            using var scope = torch.NewDisposeScope();
            foreach (var group in Groups)
            {
                var options = (TOptions)group.Options;
                foreach (var parameter in (Parameter[])group.Parameters)
                {
                    using var grad = parameter.grad;
                    if (grad is not null) update(parameter, grad, options);
                }
            }

            return loss;
        }

        protected override void Dispose(bool disposing)
        {
            if (!disposing) return;
            foreach (var state in _state.Values) state.Dispose();
            _state.Clear();
        }
    }
}
