namespace Orleans;

public static class OptionFormattingUtilities
{
    public static string Name<TOptions>(string? name = null, string? formatting = null) =>
        string.IsNullOrEmpty(name) ? typeof(TOptions).Name : string.Format(formatting ?? "{0}-{1}", typeof(TOptions).Name, name);
}
