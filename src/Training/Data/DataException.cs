namespace Sheaf.Training.Data;

/// <summary>The data cannot be used as the spec asks. Says everything that is wrong, not only the first of it.</summary>
public sealed class DataException : Exception
{
    public DataException(IReadOnlyList<string> problems, Exception? cause = null)
        : base(Describe(problems), cause)
    {
        Problems = problems;
    }

    /// <summary>One sentence each: file, place, value, what is allowed.</summary>
    public IReadOnlyList<string> Problems { get; }

    private static string Describe(IReadOnlyList<string> problems) =>
        problems.Count == 1 ? problems[0] : $"{problems.Count} problems with the data:\n" + string.Join('\n', problems.Select(problem => "- " + problem));
}
