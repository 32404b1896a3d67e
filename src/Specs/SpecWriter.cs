using Sheaf.Specs.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sheaf.Specs;

/// <summary>The effective YAML text: what the client submits.</summary>
public static class SpecWriter
{
    /// <summary>
    /// The text as it was written where nothing overrides it. Otherwise the keys keep their order and their style, new ones come last, and comments are lost.
    /// </summary>
    public static string ToYaml(SpecResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Overridden is null)
        {
            return result.Source;
        }

        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(
            text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 128, skipAnchorName: true));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Write(emitter, result.Overridden, false);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Write(Emitter emitter, SpecNode node, bool inFlow)
    {
        switch (node)
        {
            case SpecScalar scalar:
                var style = scalar.IsPlain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted;
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, scalar.IsNull ? "null" : scalar.Text, style, isPlainImplicit: scalar.IsPlain,
                    isQuotedImplicit: !scalar.IsPlain));
                break;
            case SpecSequence list:
                inFlow |= list.IsFlow || list.Items.Count == 0;
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, inFlow ? SequenceStyle.Flow : SequenceStyle.Block));
                list.Items.ForEach(i => Write(emitter, i, inFlow));
                emitter.Emit(new SequenceEnd());
                break;
            case SpecMapping mapping:
                inFlow |= mapping.IsFlow || mapping.Entries.Count == 0;
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, inFlow ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var entry in mapping.Entries)
                {
                    Write(emitter, entry.Key, inFlow);
                    Write(emitter, entry.Value, inFlow);
                }

                emitter.Emit(new MappingEnd());
                break;
            default:
                throw new InvalidOperationException($"no such node: {node.GetType()}");
        }
    }
}
