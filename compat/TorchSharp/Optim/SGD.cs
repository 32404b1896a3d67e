using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static SGD SGD(IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
            public static SGD SGD(IEnumerable<(string name, Parameter parameter)> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters.Select(p => p.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);
            public static SGD SGD(IEnumerable<SGD.ParamGroup> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}

namespace TorchSharp.Modules
{
    public class SGD : OptimizerHelper, optim.IMomentum
    {
        private readonly Options _defaults;
        private readonly Action<Parameter, Tensor, Options> _update;

        public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
        {
        }

        public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
        {
            if (lr < 0) throw new ArgumentException($"SGD: the learning rate {lr} is negative.");
            if (momentum < 0) throw new ArgumentException($"SGD: the momentum {momentum} is negative.");
            if (weight_decay < 0) throw new ArgumentException($"SGD: the weight decay {weight_decay} is negative.");
            if (nesterov && (momentum == 0 || dampening != 0)) throw new ArgumentException("SGD: Nesterov momentum needs a momentum and no dampening.");
            _defaults = new() { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize };
            _update = Update;
            foreach (var group in parameters) add_param_group(group);
        }

        public double Momentum
        {
            get => ((Options)Groups[0].Options).momentum.Value;
            set
            {
                foreach (var group in Groups) ((Options)group.Options).momentum = value;
            }
        }

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            var options = (Options)param_group.Options ?? new();
            options.LearningRate ??= _defaults.LearningRate;
            options.momentum ??= _defaults.momentum;
            options.dampening ??= _defaults.dampening;
            options.weight_decay ??= _defaults.weight_decay;
            options.nesterov ??= _defaults.nesterov;
            options.maximize ??= _defaults.maximize;
            param_group.Options = options;
            base.add_param_group(param_group);
        }

        public override Tensor step(Func<Tensor> closure = null) => Step(closure, _update);

        private void Update(Parameter parameter, Tensor grad, Options options)
        {
            var direction = grad;
            if (options.weight_decay.Value != 0) direction = direction.add(parameter, options.weight_decay.Value);
            if (options.momentum is var momentum && momentum.Value != 0)
            {
                var state = Next(parameter);
                if (state[0] is { } buffer) buffer.mul_(momentum.Value).add_(direction, 1 - options.dampening.Value);
                else state[0] = buffer = direction.clone();
                direction = options.nesterov.Value ? direction.add(buffer, momentum.Value) : buffer;
            }

            parameter.add_(direction, options.maximize.Value ? options.LearningRate.Value : -options.LearningRate.Value);
        }

        public class Options : OptimizerOptions
        {
            public double? momentum;
            public double? dampening;
            public double? weight_decay;
            public bool? nesterov;
            public bool? maximize;
        }

        public class ParamGroup : ParamGroup<Options>, optim.IMomentum
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options)
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 0.001, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false)
                : base(parameters, new() { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay, nesterov = nesterov, maximize = maximize })
            {
            }

            public double Momentum
            {
                get => Options.momentum.Value;
                set => Options.momentum = value;
            }
        }
    }
}
