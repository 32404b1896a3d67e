namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>Sets the learning rates of an optimizer's groups; `step` is called once an epoch, or once a batch. Constructing takes the step to epoch 0.</summary>
            public abstract class LRScheduler
            {
                private readonly bool _verbose;
                private double[] _last;

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    Groups = [.. optimizer.ParamGroups];
                    Bases = [.. Groups.Select(g => g.InitialLearningRate)];
                    _last = [.. Groups.Select(g => g.LearningRate)];
                    LastEpoch = last_epoch;
                    _verbose = verbose;
                }

                internal ILearningRateController[] Groups { get; }

                internal double[] Bases { get; }

                internal int LastEpoch { get; set; }

                public virtual void step() => step(default(int?));

                public virtual void step(int? epoch)
                {
                    LastEpoch = epoch ?? LastEpoch + 1;
                    Set([.. epoch.HasValue ? get_closed_form_lr() : get_lr()]);
                }

                /// <summary>The metric is for schedulers that look at one; others ignore it.</summary>
                public virtual void step(double current, int? epoch = null) => step(epoch);

                public IEnumerable<double> get_last_lr() => _last;

                protected virtual IEnumerable<double> get_lr() => Groups.Select(g => g.LearningRate);

                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();

                internal void Set(double[] rates)
                {
                    for (var i = 0; i < Groups.Length; i++)
                    {
                        if (_verbose && _last[i] != rates[i]) Console.WriteLine($"Adjusting learning rate to {rates[i]}");
                        Groups[i].LearningRate = rates[i];
                    }

                    _last = rates;
                }

                /// <summary>The groups' present rates times a factor.</summary>
                internal IEnumerable<double> Times(double factor) => Groups.Select(g => g.LearningRate * factor);
            }
        }
    }
}
