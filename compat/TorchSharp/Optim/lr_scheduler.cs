using static TorchSharp.torch.optim.lr_scheduler.impl;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) => new LambdaLR(optimizer, lr_lambda, last_epoch, verbose);
            public static LRScheduler MultiplicativeLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) => new MultiplicativeLR(optimizer, lr_lambda, last_epoch, verbose);
            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) => new StepLR(optimizer, step_size, gamma, last_epoch, verbose);
            public static LRScheduler MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false) => new MultiStepLR(optimizer, milestones, gamma, last_epoch, verbose);
            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) => new ExponentialLR(optimizer, gamma, last_epoch, verbose);
            public static LRScheduler PolynomialLR(Optimizer optimizer, int total_iters = 5, double power = 1, int last_epoch = -1, bool verbose = false) => new PolynomialLR(optimizer, total_iters, power, last_epoch, verbose);
            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) => new CosineAnnealingLR(optimizer, T_max, eta_min, last_epoch, verbose);
            public static LRScheduler LinearLR(Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1, int total_iters = 5, int last_epoch = -1, bool verbose = false) =>
                new LinearLR(optimizer, start_factor, end_factor, total_iters, last_epoch, verbose);
            public static LRScheduler ConstantLR(Optimizer optimizer, double factor = 1.0 / 3, int total_iters = 5, int last_epoch = -1, bool verbose = false) => new ConstantLR(optimizer, factor, total_iters, last_epoch, verbose);
            public static LRScheduler ReduceLROnPlateau(Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10, double threshold = 1e-4, string threshold_mode = "rel", int cooldown = 0,
                IList<double> min_lr = null, double eps = 1e-8, bool verbose = false) => new ReduceLROnPlateau(optimizer, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps, verbose);
            public static LRScheduler OneCycleLR(Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3,
                OneCycleLR.AnnealStrategy anneal_strategy = impl.OneCycleLR.AnnealStrategy.Cos, bool cycle_momentum = true, double base_momentum = 0.85, double max_momentum = 0.95, double div_factor = 25,
                double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1, bool verbose = false) =>
                new OneCycleLR(optimizer, max_lr, total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum, base_momentum, max_momentum, div_factor, final_div_factor, three_phase, last_epoch, verbose);

            public static partial class impl
            {
                public class LambdaLR : LRScheduler
                {
                    private readonly Func<int, double>[] _factors;

                    public LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        _factors = [.. Groups.Select(_ => lr_lambda)];
                        step();
                    }

                    public LambdaLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        _factors = [.. lr_lambdas];
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => Bases.Select((rate, i) => rate * _factors[i](LastEpoch));
                }

                public class MultiplicativeLR : LRScheduler
                {
                    private readonly Func<int, double> _factor;

                    public MultiplicativeLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        _factor = lr_lambda;
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => LastEpoch > 0 ? Times(_factor(LastEpoch)) : Times(1);
                }

                public class StepLR : LRScheduler
                {
                    private readonly int _size;
                    private readonly double _gamma;

                    public StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (_size, _gamma) = (step_size, gamma);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => Times(LastEpoch == 0 || LastEpoch % _size != 0 ? 1 : _gamma);

                    protected override IEnumerable<double> get_closed_form_lr() => Bases.Select(rate => rate * Math.Pow(_gamma, LastEpoch / _size));
                }

                public class MultiStepLR : LRScheduler
                {
                    private readonly IList<int> _milestones;
                    private readonly double _gamma;

                    public MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (_milestones, _gamma) = (milestones, gamma);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => Times(_milestones.Contains(LastEpoch) ? _gamma : 1);

                    protected override IEnumerable<double> get_closed_form_lr() => Bases.Select(rate => rate * Math.Pow(_gamma, _milestones.Distinct().Count(m => m <= LastEpoch)));
                }

                public class ExponentialLR : LRScheduler
                {
                    private readonly double _gamma;

                    public ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        _gamma = gamma;
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => Times(LastEpoch == 0 ? 1 : _gamma);

                    protected override IEnumerable<double> get_closed_form_lr() => Bases.Select(rate => rate * Math.Pow(_gamma, LastEpoch));
                }

                public class PolynomialLR : LRScheduler
                {
                    private readonly double _total;
                    private readonly double _power;

                    public PolynomialLR(Optimizer optimizer, int total_iters = 5, double power = 1, int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (_total, _power) = (total_iters, power);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() =>
                        Times(LastEpoch == 0 || LastEpoch > _total ? 1 : Math.Pow((1 - (LastEpoch / _total)) / (1 - ((LastEpoch - 1) / _total)), _power));

                    protected override IEnumerable<double> get_closed_form_lr() => Bases.Select(rate => rate * Math.Pow(1 - (Math.Min(_total, LastEpoch) / _total), _power));
                }

                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double _period;
                    private readonly double _min;

                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (_period, _min) = (T_max, eta_min);
                        step();
                    }

                    // Relative to the present rate, so that other changes of it persist; at the turning point that would divide by zero.
                    protected override IEnumerable<double> get_lr() => LastEpoch == 0
                        ? Times(1)
                        : (LastEpoch - 1 - _period) % (2 * _period) == 0
                            ? Groups.Select((g, i) => g.LearningRate + ((Bases[i] - _min) * (1 - Math.Cos(Math.PI / _period)) / 2))
                            : Groups.Select(g => ((1 + Math.Cos(Math.PI * LastEpoch / _period)) / (1 + Math.Cos(Math.PI * (LastEpoch - 1) / _period)) * (g.LearningRate - _min)) + _min);

                    protected override IEnumerable<double> get_closed_form_lr() => Bases.Select(rate => _min + ((rate - _min) * (1 + Math.Cos(Math.PI * LastEpoch / _period)) / 2));
                }

                public class LinearLR : LRScheduler
                {
                    private readonly double _start;
                    private readonly double _end;
                    private readonly int _total;

                    public LinearLR(Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1, int total_iters = 5, int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (_start, _end, _total) = (start_factor, end_factor, total_iters);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => Times(LastEpoch == 0 ? _start : LastEpoch > _total ? 1 : 1 + ((_end - _start) / ((_total * _start) + ((LastEpoch - 1) * (_end - _start)))));

                    protected override IEnumerable<double> get_closed_form_lr() => Bases.Select(rate => rate * (_start + ((_end - _start) * Math.Min(_total, LastEpoch) / _total)));
                }

                public class ConstantLR : LRScheduler
                {
                    private readonly double _factor;
                    private readonly int _total;

                    public ConstantLR(Optimizer optimizer, double factor = 1.0 / 3, int total_iters = 5, int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (_factor, _total) = (factor, total_iters);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => Times(LastEpoch == 0 ? _factor : LastEpoch == _total ? 1 / _factor : 1);

                    protected override IEnumerable<double> get_closed_form_lr() => Bases.Select(rate => LastEpoch >= _total ? rate : rate * _factor);
                }

                /// <summary>Up to the largest rate and down again within the given steps, the momentum the other way round.</summary>
                public class OneCycleLR : LRScheduler
                {
                    private readonly (double Until, double FromRate, double ToRate, double FromMomentum, double ToMomentum)[] _phases;
                    private readonly AnnealStrategy _anneal;
                    private readonly bool _momentum;
                    private readonly int _total;

                    public OneCycleLR(Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3, AnnealStrategy anneal_strategy = AnnealStrategy.Cos,
                        bool cycle_momentum = true, double base_momentum = 0.85, double max_momentum = 0.95, double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _total = total_steps > 0 ? total_steps : epochs * steps_per_epoch;
                        if (_total <= 0 || total_steps <= 0 && (epochs <= 0 || steps_per_epoch <= 0)) throw new ArgumentException("OneCycleLR: give total_steps, or epochs and steps_per_epoch, all positive.");
                        var (first, last) = (max_lr / div_factor, max_lr / div_factor / final_div_factor);
                        _phases = three_phase
                            ? [((pct_start * _total) - 1, first, max_lr, max_momentum, base_momentum), ((2 * pct_start * _total) - 2, max_lr, first, base_momentum, max_momentum), (_total - 1, first, last, max_momentum, max_momentum)]
                            : [((pct_start * _total) - 1, first, max_lr, max_momentum, base_momentum), (_total - 1, max_lr, last, base_momentum, max_momentum)];
                        (_anneal, _momentum) = (anneal_strategy, cycle_momentum);
                        step();
                    }

                    public enum AnnealStrategy { Cos, Linear }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (LastEpoch > _total) throw new InvalidOperationException($"OneCycleLR: step {LastEpoch} is past the total of {_total} steps.");
                        var start = 0.0;
                        var index = 0;
                        for (; index < _phases.Length - 1 && LastEpoch > _phases[index].Until; index++) start = _phases[index].Until;
                        var phase = _phases[index];
                        var part = (LastEpoch - start) / (phase.Until - start);
                        if (_momentum) SetMomentum(Between(phase.FromMomentum, phase.ToMomentum, part));
                        var rate = Between(phase.FromRate, phase.ToRate, part);
                        return Groups.Select(_ => rate);
                    }

                    private double Between(double from, double to, double part) =>
                        _anneal == AnnealStrategy.Cos ? to + ((from - to) / 2.0 * (Math.Cos(Math.PI * part) + 1)) : ((to - from) * part) + from;

                    private void SetMomentum(double value)
                    {
                        foreach (var group in Groups)
                        {
                            if (group is IMomentum momentum) momentum.Momentum = value;
                            else if (group is IBetas betas) betas.Betas = (value, betas.Betas.Item2);
                            else throw new InvalidOperationException("OneCycleLR: the optimizer has no momentum to cycle; pass cycle_momentum: false.");
                        }
                    }
                }

                /// <summary>Lowers the rate when a metric has stopped improving. Use `step(current)`.</summary>
                public class ReduceLROnPlateau : LRScheduler
                {
                    private readonly bool _smaller;
                    private readonly bool _relative;
                    private readonly double _factor;
                    private readonly double _threshold;
                    private readonly double _eps;
                    private readonly int _patience;
                    private readonly int _cooldown;
                    private readonly double[] _min;
                    private double _best;
                    private int _bad;
                    private int _cooling;

                    public ReduceLROnPlateau(Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10, double threshold = 1e-4, string threshold_mode = "rel", int cooldown = 0,
                        IList<double> min_lr = null, double eps = 1e-8, bool verbose = false) : base(optimizer, 0, verbose)
                    {
                        if (factor >= 1.0) throw new ArgumentException($"ReduceLROnPlateau: the factor {factor} is not below 1.");
                        if (mode is not ("min" or "max")) throw new ArgumentException($"ReduceLROnPlateau: mode '{mode}' is neither min nor max.");
                        if (threshold_mode is not ("rel" or "abs")) throw new ArgumentException($"ReduceLROnPlateau: threshold_mode '{threshold_mode}' is neither rel nor abs.");
                        (_smaller, _relative, _factor, _patience, _threshold, _cooldown, _eps) = (mode == "min", threshold_mode == "rel", factor, patience, threshold, cooldown, eps);
                        _min = min_lr is null || min_lr.Count == 0 ? new double[Groups.Length] : min_lr.Count == 1 ? [.. Groups.Select(_ => min_lr[0])] : [.. min_lr];
                        _best = _smaller ? double.PositiveInfinity : double.NegativeInfinity;
                    }

                    public override void step() => throw new InvalidOperationException("ReduceLROnPlateau: call step(current) with the metric.");

                    public override void step(int? epoch) => step();

                    public override void step(double current, int? epoch = null)
                    {
                        LastEpoch = epoch ?? LastEpoch + 1;
                        var better = Better(current);
                        if (better) _best = current;
                        _bad = better || _cooling > 0 ? 0 : _bad + 1;
                        if (_cooling > 0) _cooling--;
                        if (_bad <= _patience) return;
                        Set([.. Groups.Select((g, i) => Math.Max(g.LearningRate * _factor, _min[i]) is var lower && g.LearningRate - lower > _eps ? lower : g.LearningRate)]);
                        _cooling = _cooldown;
                        _bad = 0;
                    }

                    private bool Better(double value) => (_smaller, _relative) switch
                    {
                        (true, true) => value < _best * (1 - _threshold),
                        (true, false) => value < _best - _threshold,
                        (false, true) => value > _best * (1 + _threshold),
                        _ => value > _best + _threshold,
                    };
                }
            }
        }
    }
}
