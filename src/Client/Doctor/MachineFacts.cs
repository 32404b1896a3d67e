using Sheaf.Surroundings;

namespace Sheaf.Client.Doctor;

/// <summary>What was seen of this machine.</summary>
internal sealed record MachineFacts
{
    public required Machine Machine { get; init; }

    /// <summary>Of the GNU C library; null: it does not say.</summary>
    public Version? Glibc { get; init; }

    public required int Cores { get; init; }

    /// <summary>The processor has AVX2, which libtorch's quick kernels need.</summary>
    public required bool HasAvx2 { get; init; }

    /// <summary>What this process may have, the limit of a container included.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Files that a process may have open; null: as many as it wants.</summary>
    public long? OpenFiles { get; init; }

    /// <summary>The run time that this program has.</summary>
    public required Version Runtime { get; init; }

    /// <summary>The version of the .NET SDK; null: there is none on PATH.</summary>
    public string? Sdk { get; init; }

    public required string DataFolder { get; init; }

    /// <summary>Why nothing can be written there; null: it can.</summary>
    public string? DataProblem { get; init; }

    /// <summary>Of the disk of the data folder.</summary>
    public required long FreeBytes { get; init; }

    public required string TemporaryFolder { get; init; }

    /// <summary>Why nothing can be written there; null: it can.</summary>
    public string? TemporaryProblem { get; init; }

    /// <summary>What the silo's program says of libtorch and the GPUs, line by line; where it cannot load it, why.</summary>
    public required IReadOnlyList<string> LibTorch { get; init; }

    public required bool LibTorchLoads { get; init; }

    /// <summary>The ports that a silo listens at by default, and what is there: null nothing, else what answers.</summary>
    public required IReadOnlyList<(int Port, string? TakenBy)> Ports { get; init; }
}
