using Sheaf.Client.Describing;
using Sheaf.Client.Terminal;
using Sheaf.Specs.Summaries;

namespace Sheaf.Tests.Unit.Client.Describing;

public sealed class TerminalPicturesTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void WithColours_AHalfBlockIsTwoPixels()
    {
        TerminalPictures.Write(_output, [new RowPicture(3, "cat", 3, 2, 1, [1, 2, 3, 4, 5, 6])], 80, new Ink(On: true));

        Assert.Equal("\n3: cat\n\e[38;2;1;3;5m\e[48;2;2;4;6m▀\e[0m\n", _output.ToString());
    }

    [Fact]
    public void WithoutColours_LettersAreLighterAndDarker()
    {
        TerminalPictures.Write(_output, [new RowPicture(0, "a", 1, 2, 3, [0, 128, 255, 0, 128, 255])], 80, default);

        Assert.Equal("\n0: a\n  ==@@\n", _output.ToString());
    }

    [Fact]
    public void Pictures_StandBesideEachOtherAsFarAsTheyFit()
    {
        RowPicture[] pictures = [.. Enumerable.Range(0, 3).Select(id => new RowPicture(id, "a", 1, 2, 12, new byte[24]))];

        TerminalPictures.Write(_output, pictures, 30, new Ink(On: true));

        Assert.Equal([24, 12], _output.ToString().Split('\n').Select(line => line.Count(letter => letter == '▀')).Where(count => count > 0));
    }

    [Fact]
    public void LargePictures_AreMadeOfMeans()
    {
        var pixels = Enumerable.Range(0, 64 * 64).Select(place => (byte)(place % 2 == 0 ? 0 : 254)).ToArray();

        TerminalPictures.Write(_output, [new RowPicture(0, "a", 1, 64, 64, pixels)], 80, new Ink(On: true));

        var lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.Equal(16, lines.Length);
        Assert.All(lines, line => Assert.Equal(32, line.Split("\e[38;2;127;127;127m\e[48;2;127;127;127m▀").Length - 1));
    }
}
