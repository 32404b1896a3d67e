using System.Text;
using Sheaf.Specs.Sections;

namespace Sheaf.Specs;

/// <summary>The reference of the spec, docs/spec.md, made from the table that the parser reads with.</summary>
public static class SpecReference
{
    private const string Head =
        """
        # The spec, key by key
        <!-- Generated from src/Specs. To renew: SHEAF_WRITE_DOCS=1 dotnet test tests/Unit --filter SpecReferenceTests -->
        A spec is one YAML document. Unknown keys, wrong types, values out of range and combinations that cannot work are refused, all at once, each with its
        line, what is allowed and the nearest name. `sheaf spec validate FILE` looks for mistakes, `sheaf spec explain FILE` shows every value in effect,
        defaults included, and `--set KEY=VALUE` overrides any key below, with the items of a list by number from 0:
        `--set optimizer.sgd.learning_rate=0.1 --set model.layers.2.linear=20`.
        A VALUE that begins with a bracket or a quote is YAML and stands for itself alone, without a comment;
        every other VALUE is the text as it is written, `#` and colons included.

        - `N` in a key is the number of an item of a list.
        - A choice (`loss`, `optimizer`, a layer, ...) is a bare name (`relu`), a name with its one main setting (`{linear: 10}`), or a name with settings
          (`{linear: {out: 10, bias: false}}`).
        - An interval is `1 epoch`, `2 epochs`, `500 steps`. Numbers stand without quotes. Anchors, aliases and tags of YAML are not supported.
        - For editors there is a JSON Schema of all this: `sheaf spec schema`, or `spec.schema.json` beside this page.
        - Whether files exist, and whether the layers fit the rows, is checked on submit: the parser looks at the text alone.

        """;

    /// <summary>Ends with a newline; lines end with <c>\n</c>.</summary>
    public static string ToMarkdown()
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n")).Append('\n');
        foreach (var field in ExperimentSection.Type.Fields)
        {
            var rows = field.Rows("").ToList();
            text.Append($"## {field.Name}\n{rows[0].Meaning}\n\n");
            text.Append("| key | type | allowed | default | meaning | example |\n|---|---|---|---|---|---|\n");
            foreach (var row in rows)
            {
                text.Append($"| `{row.Key}` | {Cell(row.Type)} | {Cell(row.Range)} | {Cell(row.Default)} | {Cell(row.Meaning)} | "
                    + $"{(row.Example.Length > 0 ? $"`{row.Example}`" : "")} |\n");
            }

            text.Append('\n');
        }

        text.Append("## Combinations that are refused\n").AppendJoin("\n", Combinations.Documented.Select(c => $"- {c}")).Append("\n\n");
        text.Append("## Names of later versions\nRefused today, with a message that says so: ");
        text.AppendJoin(", ", ExperimentSection.Type.Reserved.Select(r => $"`{r}`")).Append(
            " at the top; a class of your own (`assembly`, `type`) as a source, model, layer, loss or optimizer; ");
        text.Append("further names of layers, optimizers, transforms and formats (attention, cutmix, ...).\n");
        return text.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
