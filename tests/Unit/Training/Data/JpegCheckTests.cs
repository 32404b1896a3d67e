using Sheaf.Training.Data;
using Sheaf.Training.Randomness;
using SkiaSharp;

namespace Sheaf.Tests.Unit.Training.Data;

public class JpegCheckTests
{
    private static readonly Lazy<byte[]> Sound = new(() => Encoded(64, 48, 85));

    public static TheoryData<int, int, int> Sizes => new() { { 1, 1, 90 }, { 7, 9, 50 }, { 16, 16, 100 }, { 33, 65, 1 }, { 200, 10, 75 }, { 257, 129, 30 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Problem_OfAWholePictureIsNone(int width, int height, int quality)
    {
        Assert.Null(JpegCheck.Problem(Encoded(width, height, quality)));
        Assert.Null(JpegCheck.Problem([.. Encoded(width, height, quality), 1, 2, 3]));
    }

    [Fact]
    public void Problem_OfWhatIsNoJpegIsNone() => Assert.Null(JpegCheck.Problem("no picture"u8));

    [Fact]
    public void Problem_OfACutPictureIsSaidWhereverItIsCut()
    {
        for (var length = 2; length < Sound.Value.Length; length++)
        {
            Assert.NotNull(JpegCheck.Problem(Sound.Value.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Problem_OfMissingBlocksIsSaid()
    {
        var (scan, length) = (ScanOf(Sound.Value), Sound.Value.Length);
        for (var at = scan + 10; at < length - 160; at += 37)
        {
            byte[] without = [.. Sound.Value[..at], .. Sound.Value[(at + 150)..]];
            Assert.Matches("is damaged: .* byte [0-9]+|is cut short", JpegCheck.Problem(without) ?? "");
        }
    }

    /// <summary>One flipped bit of a value leaves a whole picture with another number in it; of several bits hardly all are such.</summary>
    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(8, 0.65)]
    [InlineData(32, 0.95)]
    public void Problem_OfFlippedBitsIsSaid(int flips, double share)
    {
        var random = new KeyedRandom(11, RandomPurpose.Shuffle, 0, flips);
        var (scan, found) = (ScanOf(Sound.Value), 0);
        for (var trial = 0; trial < 400; trial++)
        {
            byte[] damaged = [.. Sound.Value];
            for (var flip = 0; flip < flips; flip++)
            {
                damaged[scan + random.NextInt(damaged.Length - scan - 2)] ^= (byte)(1 << random.NextInt(8));
            }

            found += JpegCheck.Problem(damaged) is null ? 0 : 1;
        }

        TestContext.Current.SendDiagnosticMessage($"{flips} flipped bits: {found} of 400 found");
        Assert.InRange(found, 400 * share, 400);
    }

    private static int ScanOf(byte[] jpeg)
    {
        ReadOnlySpan<byte> mark = [0xFF, 0xDA];
        var marker = jpeg.AsSpan().IndexOf(mark);
        return marker + 2 + (jpeg[marker + 2] << 8) + jpeg[marker + 3];
    }

    private static byte[] Encoded(int width, int height, int quality)
    {
        var random = new KeyedRandom(5, RandomPurpose.Shuffle, 0, 0);
        using var bitmap = new SKBitmap(width, height);
        for (var place = 0; place < width * height; place++)
        {
            var (x, y) = (place % width, place / width);
            bitmap.SetPixel(x, y, new((byte)(x * 5), (byte)((y * 3) + random.NextInt(20)), (byte)(x + y)));
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, quality);
        return data.ToArray();
    }
}
