using Sheaf.Client.Hosting;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Doctor;

/// <summary>What is wrong with a machine that is to run a silo, from what was seen of it.</summary>
internal static class MachineDiagnosis
{
    private const long GiB = 1L << 30;

    /// <summary>A silo with libtorch takes about 0.4 GiB before it has a model.</summary>
    private const long LeastMemory = GiB;

    /// <summary>Room for a few checkpoints and logs.</summary>
    private const long LeastDisk = 2 * GiB;

    /// <summary>A silo has some hundreds open: libraries, connections, logs.</summary>
    private const long LeastFiles = 1024;

    private static readonly Version OldestGlibc = new(2, 28);

    public static IEnumerable<Finding> Of(MachineFacts facts) =>
    [
        System(facts),
        facts.HasAvx2
            ? Finding.Ok("processor", $"{Format.Count(facts.Cores, "core")}, with AVX2")
            : Finding.Warning("processor", $"{Format.Count(facts.Cores, "core")}, without AVX2: libtorch computes several times slower",
                "use a processor of this decade"),
        facts.MemoryBytes < LeastMemory
            ? Finding.Warning("memory", $"{Format.Bytes(facts.MemoryBytes)} for this process; a silo takes 0.4 GiB before it has a model",
                "raise the container's limit, or use a larger machine")
            : Finding.Ok("memory", Format.Bytes(facts.MemoryBytes)),
        facts.OpenFiles < LeastFiles
            ? Finding.Warning("open files", $"{facts.OpenFiles} allowed; a silo has some hundreds open", $"ulimit -n {LeastFiles}")
            : Finding.Ok("open files", facts.OpenFiles is { } files ? $"{files} allowed" : "no limit"),
        Sdk(facts),
        .. LibTorch(facts),
        facts.DataProblem is { } problem
            ? Finding.Wrong("data folder", $"{facts.DataFolder}: {problem}", "make it one that can be written in, or name another with --data")
            : facts.FreeBytes < LeastDisk
            ? Finding.Warning("data folder", $"{facts.DataFolder}: {Format.Bytes(facts.FreeBytes)} free; checkpoints and logs need room",
                "free some, or name another with --data")
            : Finding.Ok("data folder", $"{facts.DataFolder}: {Format.Bytes(facts.FreeBytes)} free"),
        facts.TemporaryProblem is { } no
            ? Finding.Wrong("temporary folder", $"{facts.TemporaryFolder}: {no}", "name one that can be written in by TMPDIR")
            : Finding.Ok("temporary folder", facts.TemporaryFolder),
        .. facts.Ports.Select(Port),
    ];

    private static Finding System(MachineFacts facts) => facts switch
    {
        { Machine.Refusal: { } refusal } => Finding.Wrong("system", refusal, "use a Linux with glibc on x86-64"),
        { Glibc: { } old } when old < OldestGlibc => Finding.Wrong("system", $"glibc {old}; libtorch needs {OldestGlibc} or newer",
            "use Debian 12, Ubuntu 22.04 or newer"),
        _ => Finding.Ok("system", $"{facts.Machine.System}, {facts.Machine.Processor}{(facts.Glibc is { } version ? $", glibc {version}" : "")}"),
    };

    private static Finding Sdk(MachineFacts facts) => facts.Sdk is { } sdk
        ? Finding.Ok(".NET", $"run time {facts.Runtime}, SDK {sdk}")
        : Finding.Warning(
            ".NET", $"run time {facts.Runtime}; there is no SDK, which models of your own need where the CLI runs",
                "install it: https://dotnet.microsoft.com/download/dotnet/10.0");

    private static IEnumerable<Finding> LibTorch(MachineFacts facts) => facts.LibTorchLoads
        ? facts.LibTorch.Select((line, place) => Finding.Ok(place == 0 ? "libtorch" : "GPU", line))
        : [Finding.Wrong("libtorch", string.Join(" ", facts.LibTorch), "./sheaf build, or see docs/operations.md for a libtorch that is on the machine")];

    private static Finding Port((int Port, string? TakenBy) port) => port.TakenBy switch
    {
        null => Finding.Ok($"port {port.Port}", "free"),
        "a silo" => Finding.Ok($"port {port.Port}", "a silo listens here"),
        { } other => Finding.Warning(
            $"port {port.Port}", $"taken by {other}", $"end it, or start silos elsewhere: sheaf silo "
                + $"{(port.Port == MachineLook.GrpcPort ? "--listen" : "--http")} {ShellWord.Quote("127.0.0.1:0")}"),
    };
}
