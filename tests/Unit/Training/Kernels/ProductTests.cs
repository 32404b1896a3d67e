using Sheaf.Training.Kernels;

namespace Sheaf.Tests.Unit.Training.Kernels;

/// <summary>The tiled products beside scalar loops that add in the same order: the same bits, however many rows and columns a tile lacks.</summary>
public sealed unsafe class ProductTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WeightedRows_HaveTheBitsOfAScalarLoop(bool add)
    {
        Assert.SkipUnless(MaxPool2x2.IsSupported, "The processor lacks AVX2: libtorch's own products are taken.");
        var random = new Random(1);
        foreach (var rows in new[] { 1, 2, 5, 6, 7, 13, 64 })
        {
            foreach (var terms in new[] { 1, 3, 32 })
            {
                foreach (var length in new[] { 16, 17, 23, 31, 32, 33, 100 })
                {
                    float[] a = Draw(random, rows * terms), b = Draw(random, terms * length), start = Draw(random, rows), c =
                        Draw(random, rows * length), expected = [.. c];
                    var offsets = Enumerable.Range(0, terms).Select(term => term * length).ToArray();
                    for (var i = 0; i < c.Length; i++)
                    {
                        var sum = start[i / length];
                        for (var term = 0; term < terms; term++)
                        {
                            sum = MathF.FusedMultiplyAdd(a[(i / length * terms) + term], b[offsets[term] + (i % length)], sum);
                        }

                        expected[i] = add ? expected[i] + sum : sum;
                    }

                    fixed (float* pa = a, pb = b, ps = start, pc = c)
                    fixed (int* po = offsets)
                    {
                        WeightedRows.Compute(pa, terms, 1, pb, po, terms, ps, pc, length, rows, length, add);
                    }

                    Assert.Equal(expected, c);
                }
            }
        }
    }

    [Fact]
    public void DotProducts_HaveTheBitsOfAScalarLoopOfEightLanes()
    {
        Assert.SkipUnless(MaxPool2x2.IsSupported, "The processor lacks AVX2: libtorch's own products are taken.");
        var random = new Random(2);
        foreach (var rows in new[] { 1, 2, 3, 4, 5, 9 })
        {
            foreach (var terms in new[] { 1, 2, 3, 4, 7 })
            {
                foreach (var length in new[] { 1, 7, 8, 9, 16, 43 })
                {
                    const int Blocks = 2;
                    float[] a = Draw(random, Blocks * rows * length), b = Draw(random, Blocks * terms * length), c = Draw(random, rows * terms), expected =
                        [.. c];
                    var offsets = Enumerable.Range(0, terms).Select(term => term * length).ToArray();
                    for (var i = 0; i < c.Length; i++)
                    {
                        var lanes = new float[8];
                        for (var block = 0; block < Blocks; block++)
                        {
                            for (var j = 0; j < length; j++)
                            {
                                var (left, right) = (a[(((block * rows) + (i / terms)) * length) + j], b[(((block * terms) + (i % terms)) * length) + j]);
                                lanes[j % 8] = MathF.FusedMultiplyAdd(left, right, lanes[j % 8]);
                            }
                        }

                        expected[i] += lanes[0] + lanes[4] + (lanes[2] + lanes[6]) + (lanes[1] + lanes[5] + (lanes[3] + lanes[7]));
                    }

                    fixed (float* pa = a, pb = b, pc = c)
                    fixed (int* po = offsets)
                    {
                        DotProducts.Add(pa, length, pb, po, terms, length, Blocks, rows * length, terms * length, pc, terms, rows);
                    }

                    Assert.Equal(expected, c);
                }
            }
        }
    }

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
}
