using Sheaf.Client.TensorBoard;

namespace Sheaf.Tests.Unit.Client.TensorBoard;

public sealed class EventFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sheaf-events-").FullName;

    private string At => Path.Combine(_folder, "events.out.tfevents.1.sheaf");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Checksum_IsThatOfTheStandardMasked() =>
        Assert.Equal(unchecked(((0xE3069283u >> 15) | (0xE3069283u << 17)) + 0xA282EAD8u), EventFile.MaskedCrc("123456789"u8));

    [Fact]
    public void OpenedAgain_ItKnowsItsLastStepAndHasTheSameBytesAsInOneGo()
    {
        using (var whole = EventFile.Open(At + ".whole", 5))
        {
            Write(whole, 0, 4);
        }

        using (var first = EventFile.Open(At, 5))
        {
            Assert.Equal(-1, first.LastStep);
            Write(first, 0, 2);
        }

        using (var second = EventFile.Open(At, 7))
        {
            Assert.Equal(1, second.LastStep);
            Write(second, 2, 2);
        }

        Assert.Equal(File.ReadAllBytes(At + ".whole"), File.ReadAllBytes(At));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(40)]
    public void RecordThatWasCutShort_IsWrittenAgain(int lost)
    {
        using (var file = EventFile.Open(At, 5))
        {
            Write(file, 0, 3);
        }

        var whole = File.ReadAllBytes(At);
        File.WriteAllBytes(At, whole[..^lost]);

        using (var again = EventFile.Open(At, 5))
        {
            Assert.InRange(again.LastStep, 0, 1);
            Write(again, again.LastStep + 1, (int)(2 - again.LastStep));
        }

        Assert.Equal(whole, File.ReadAllBytes(At));
    }

    [Fact]
    public void FileOfSomethingElse_IsBegunAnew()
    {
        File.WriteAllText(At, "this is no event file, and longer than a head");

        using (var file = EventFile.Open(At, 5))
        {
            Assert.Equal(-1, file.LastStep);
        }

        Assert.DoesNotContain("this", File.ReadAllText(At), StringComparison.Ordinal);
    }

    private static void Write(EventFile file, long from, int count)
    {
        for (var step = from; step < from + count; step++)
        {
            file.Append(100 + step, step, [("loss", 1.0 / (step + 1))]);
        }
    }
}
