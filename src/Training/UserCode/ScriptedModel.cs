using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Devices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.UserCode;

/// <summary>A TorchScript file as a model: its parameters and buffers keep the names that they have in Python.</summary>
internal sealed class ScriptedModel : nn.Module<Tensor, Tensor>
{
    private static readonly Lazy<bool> Plain = new(RunAsWritten);

    private readonly jit.ScriptModule<Tensor, Tensor> _module;

    private ScriptedModel(jit.ScriptModule<Tensor, Tensor> module)
        : base(nameof(ScriptedModel)) => _module = module;

    /// <exception cref="UserCodeException">It is not on this machine, or no TorchScript.</exception>
    public static ScriptedModel Load(ModelSpec.TorchScript script, Packages packages, Device device)
    {
        var title = Path.GetFileName(script.File);
        var file = Path.Combine(
            packages.FolderOf(script.Package ?? throw new UserCodeException($"{title} is not packed: submit the spec with the CLI, or name an uploaded "
                + $"package.")),
            ModelSpec.TorchScript.FileInPackage);
        if (!File.Exists(file))
        {
            throw new UserCodeException($"The package {script.Package} with {title} is not on this machine.");
        }

        _ = Plain.Value;
        try
        {
            return new(jit.load<Tensor, Tensor>(file, device));
        }
        catch (ExternalException e)
        {
            throw new UserCodeException(
                $"{title} is no TorchScript that this libtorch reads: {Causes.Of(e)}. Save it in Python with torch.jit.script(model).save(\"{title}\"); "
                    + $"what torch.save writes has no code in it.", e);
        }
    }

    public override Tensor forward(Tensor input) => _module.call(input);

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => _module.named_parameters(recurse);

    public override IEnumerable<Parameter> parameters(bool recurse = true) => _module.parameters(recurse);

    public override IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) =>
        _module.named_buffers(recurse, include_nonpersistent);

    public override void train(bool on = true)
    {
        base.train(on);
        _module.train(on);
    }

    public override void eval() => train(on: false);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _module.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// libtorch rewrites a script after it has seen it run once or twice, and what it makes of it may round differently: a worker that joins would compute
    /// other bits
    /// than those that have run it already. So it runs as it is written (torch/csrc/jit/runtime/graph_executor.h).
    /// </summary>
    private static unsafe bool RunAsWritten()
    {
        // Found among the libraries that are loaded, which they are when they are first used.
        InitializeDeviceType(TorchSharp.DeviceType.CPU);
        if (!LoadedLibrary.TryFind("libtorch_cpu.so", "_ZN5torch3jit16getProfilingModeEv", out var profiling)
            || !LoadedLibrary.TryFind("libtorch_cpu.so", "_ZN5torch3jit24setGraphExecutorOptimizeEb", out var optimise))
        {
            throw new UserCodeException($"libtorch {__version__} cannot be told to run TorchScript as it is written (torch::jit::setGraphExecutorOptimize "
                + $"is not found): use 2.x.");
        }

        *((delegate* unmanaged<byte*>)profiling)() = 0;
        ((delegate* unmanaged<byte, void>)optimise)(0);
        return true;
    }
}
