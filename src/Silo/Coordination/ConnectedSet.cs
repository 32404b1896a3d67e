namespace Sheaf.Silo.Coordination;

/// <summary>Which silos go on when some cannot reach each other.</summary>
public static class ConnectedSet
{
    /// <summary>Above it the search is greedy: the number of sets doubles with each silo.</summary>
    private const int MostForSearch = 16;

    /// <summary>
    /// The largest set in which all reach each other; of several, the one with the earliest silo of <paramref name="silos"/>. In their order.
    /// </summary>
    /// <param name="linked">Whether two silos reach each other; asked for different ones only.</param>
    public static IReadOnlyList<string> Largest(IReadOnlyList<string> silos, Func<string, string, bool> linked)
    {
        var count = silos.Count;
        var links = new int[Math.Min(count, MostForSearch)];
        if (count > MostForSearch)
        {
            var greedy = new List<string>();
            foreach (var silo in silos.OrderByDescending(one => silos.Count(other => other != one && linked(one, other))))
            {
                if (greedy.TrueForAll(other => linked(other, silo)))
                {
                    greedy.Add(silo);
                }
            }

            return silos.Where(greedy.Contains).ToArray();
        }

        for (var a = 0; a < count; a++)
        {
            for (var b = 0; b < count; b++)
            {
                links[a] |= a == b || linked(silos[a], silos[b]) ? 1 << b : 0;
            }
        }

        // Silo 0 is the lowest bit: of two sets of a size, the one that has it is preferred, then silo 1, ...
        var best = 0;
        for (var set = 1; set < 1 << count; set++)
        {
            var size = System.Numerics.BitOperations.PopCount((uint)set).CompareTo(System.Numerics.BitOperations.PopCount((uint)best));
            var first = (set ^ best) & -(set ^ best);
            if ((size > 0 || (size == 0 && (set & first) != 0)) && IsClique(set))
            {
                best = set;
            }
        }

        return silos.Where((_, place) => (best & (1 << place)) != 0).ToArray();

        bool IsClique(int set) => Enumerable.Range(0, count).All(place => (set & (1 << place)) == 0 || (links[place] & set) == set);
    }
}
