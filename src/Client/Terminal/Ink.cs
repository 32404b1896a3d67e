namespace Sheaf.Client.Terminal;

/// <summary>A little colour where a terminal shows it, nothing elsewhere.</summary>
internal readonly record struct Ink(bool On)
{
    public string Strong(string text) => Paint("1", text);

    public string Good(string text) => Paint("32", text);

    public string Bad(string text) => Paint("1;31", text);

    public string Dim(string text) => Paint("2", text);

    private string Paint(string code, string text) => On ? $"\e[{code}m{text}\e[0m" : text;
}
