using Sheaf.Specs.Schema;
using Sheaf.Specs.Sources;

namespace Sheaf.Specs;

public abstract partial record SourceSpec
{
    /// <summary>
    /// Pieces of a text as rows of integers [context], each a character's place in the vocabulary, or a byte. Targets are the characters that follow. A row
    /// begins
    /// <paramref name="Stride"/> characters after the one before it.
    /// </summary>
    public sealed record Text(string Path, TextUnit Unit, int Context, int Stride, TextTarget Target, UnseenCharacter Unseen) : SourceSpec
    {
        private static readonly SpecField<string> PathField = SpecField<string>.Required(
            "path", new PathType(), "The file; where characters are read, in UTF-8.", "book.txt");

        private static readonly SpecField<int> ContextField = SpecField<int>.Required(
            "context", new CountType(1, 1 << 20), "Characters of a row.", "64");

        private static readonly SpecField<int> StrideField = SpecField<int>.Optional(
            "stride",
            new CountType(1, 1 << 20),
            "context",
            "How many characters after a row the next one begins: with as many as context every character is read once in an epoch, with fewer rows overlap.",
            "16");

        private static readonly SpecField<TextUnit> UnitField = SpecField<TextUnit>.WithDefault(
            "unit",
            new EnumType<TextUnit>(),
            TextUnit.Character,
            "What the integers are: places in the vocabulary, which is the characters of the training rows in the order of Unicode; or bytes, 0 to 255.",
            "byte");

        private static readonly SpecField<TextTarget> TargetField = SpecField<TextTarget>.WithDefault(
            "target",
            new EnumType<TextTarget>(),
            TextTarget.Each,
            "What is predicted: after each character of a row the one that follows it (the model gives [context, vocabulary], and every place has a loss), or "
                + "only the next one after the row (the model gives [vocabulary]).",
            "next");

        private static readonly SpecField<UnseenCharacter> UnseenField = SpecField<UnseenCharacter>.WithDefault(
            "unseen",
            new EnumType<UnseenCharacter>(),
            UnseenCharacter.Refuse,
            "What a character is that no training row has: a mistake, or one more character that stands for all of them.",
            "replace");

        public override IReadOnlyList<string> Files => [Path];

        internal static Tagged<SourceSpec> InSpec { get; } = new Tagged<SourceSpec, Text>(
            "text",
            "Pieces of a text, by characters or bytes, to predict what follows.",
            new Section<Text>(
                [PathField, ContextField, StrideField, UnitField, TargetField, UnseenField, SourceFields.Share, SourceFields.Rows],
                v => new(v.Get(PathField), v.Get(UnitField), v.Get(ContextField), v.MaybeValue(StrideField) ?? v.Get(ContextField), v.Get(TargetField),
                    v.Get(UnseenField))
                { Share = v.Maybe(SourceFields.Share), Rows = v.Maybe(SourceFields.Rows) }));
    }
}
