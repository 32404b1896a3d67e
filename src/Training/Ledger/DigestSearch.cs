namespace Sheaf.Training.Ledger;

/// <summary>
/// A ledger holds digests, not rows. This finds the rows that were fed, where they are one small change away from those that should have been:
/// the kinds of change that a mistake in a sampler or a cursor makes.
/// </summary>
internal static class DigestSearch
{
    /// <summary>Bounds one search to about a second.</summary>
    private const long MostBytes = 4L << 30;

    /// <summary>
    /// The ids in the order in which they were fed, or null. <paramref name="all"/>: of every training row; <paramref name="others"/>: of the epoch's other
    /// shards.
    /// </summary>
    public static int[]? Explain(long step, int shard, ulong digest, int[] expected, int[] all, IEnumerable<int[]> others)
    {
        bool Fits(ReadOnlySpan<int> ids) => SampleDigest.Of(step, shard, ids) == digest;

        foreach (var other in others)
        {
            if (Fits(other))
            {
                return other;
            }
        }

        var buffer = new int[expected.Length + 1];
        foreach (var candidates in (Func<int[], int[], IEnumerable<int>>[])[Shorter, Stuttered, Swapped])
        {
            foreach (var length in candidates(expected, buffer))
            {
                if (Fits(buffer.AsSpan(0, length)))
                {
                    return buffer[..length];
                }
            }
        }

        var bytes = (long)all.Length * expected.Length * expected.Length * sizeof(int);
        return bytes <= MostBytes ? Replaced(expected, all, Fits) ?? Inserted(expected, all, Fits) : null;
    }

    private delegate bool Check(ReadOnlySpan<int> ids);

    /// <summary>One row left out.</summary>
    private static IEnumerable<int> Shorter(int[] expected, int[] buffer)
    {
        for (var place = 0; place < expected.Length; place++)
        {
            expected.AsSpan(0, place).CopyTo(buffer);
            expected.AsSpan(place + 1).CopyTo(buffer.AsSpan(place));
            yield return expected.Length - 1;
        }
    }

    /// <summary>One row twice in a row: as one more, or with the last pushed out.</summary>
    private static IEnumerable<int> Stuttered(int[] expected, int[] buffer)
    {
        for (var place = 0; place < expected.Length; place++)
        {
            expected.AsSpan(0, place + 1).CopyTo(buffer);
            expected.AsSpan(place).CopyTo(buffer.AsSpan(place + 1));
            yield return expected.Length + 1;
            yield return expected.Length;
        }
    }

    /// <summary>Two rows in each other's places, as far as that many are tried quickly.</summary>
    private static IEnumerable<int> Swapped(int[] expected, int[] buffer)
    {
        const int Quick = 512;
        expected.CopyTo(buffer, 0);
        for (var first = 0; first < Math.Min(expected.Length, Quick); first++)
        {
            for (var second = first + 1; second < Math.Min(expected.Length, Quick); second++)
            {
                (buffer[first], buffer[second]) = (buffer[second], buffer[first]);
                yield return expected.Length;
                (buffer[first], buffer[second]) = (buffer[second], buffer[first]);
            }
        }
    }

    /// <summary>Any row in the place of one, and then those behind it as they were, or moved up by one with any row at the end.</summary>
    private static int[]? Replaced(int[] expected, int[] all, Check fits)
    {
        for (var place = 0; place < expected.Length; place++)
        {
            int[] inPlace = [.. expected];
            int[] movedUp = [.. expected[..place], .. expected[(place + 1)..], 0];
            foreach (var id in all)
            {
                inPlace[place] = id;
                movedUp[^1] = id;
                if (fits(inPlace))
                {
                    return inPlace;
                }

                if (fits(movedUp))
                {
                    return movedUp;
                }
            }
        }

        return null;
    }

    /// <summary>Any row more, anywhere.</summary>
    private static int[]? Inserted(int[] expected, int[] all, Check fits)
    {
        for (var place = 0; place <= expected.Length; place++)
        {
            int[] longer = [.. expected[..place], 0, .. expected[place..]];
            foreach (var id in all)
            {
                longer[place] = id;
                if (fits(longer))
                {
                    return longer;
                }
            }
        }

        return null;
    }
}
