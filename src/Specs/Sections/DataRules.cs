using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>What can be said of sources and transforms before the data is known.</summary>
internal static class DataRules
{
    public static void Check(SpecReading reading)
    {
        Sources(reading);
        Texts(reading);
        Transforms(reading);
    }

    private static void Sources(SpecReading reading)
    {
        foreach (var source in new[] { "data.train", "data.validation", "data.test" })
        {
            if (reading.TryGet<string>($"{source}.images", out var images) && reading.TryGet<string>($"{source}.labels", out var labels) && images == labels)
            {
                reading.Reject($"{source}.labels", $"images and labels are the same file, \"{labels}\"");
            }

            if (reading.Has($"{source}.share") && reading.Has($"{source}.rows"))
            {
                reading.Reject($"{source}.share", "rows and a share of them exclude each other; keep one");
            }

            if (reading.TryGet<RowShare>($"{source}.share", out var share) && share.From >= share.To)
            {
                reading.Reject($"{source}.share", $"the share from {share.From:R} to {share.To:R} is empty; from must be below to");
            }

            if (reading.TryGet<SourceSpec>(source, out var read) && read.Sha256.Count > 0 && read.Sha256.Count != read.Files.Count)
            {
                var files = read.Files.Count == 1 ? "file" : "files";
                reading.Reject($"{source}.sha256", $"{read.Sha256.Count} values for {read.Files.Count} {files}; give one for each");
            }

            Columns(reading, source);
            if (reading.TryGet<RowRange>($"{source}.rows", out var rows) && rows.From > rows.To)
            {
                reading.Reject($"{source}.rows.from", $"the first row, {rows.From}, comes after the last, {rows.To}; swap them");
            }
        }

        if (reading.TryGet<string>("data.train.format", out var train))
        {
            foreach (var source in new[] { "data.validation", "data.test" })
            {
                if (reading.TryGet<string>($"{source}.format", out var other) && other != train)
                {
                    reading.Reject($"{source}.format", $"\"{other}\" rows cannot be fed to a model trained on \"{train}\" rows; use the format of data.train");
                }
                else if (Width(reading, "data.train") is { } width && Width(reading, source) is { } others && others != width)
                {
                    reading.Reject($"{source}.features", $"{others} features, and data.train has {width}; they must be the same");
                }
            }
        }
    }

    private static void Texts(SpecReading reading)
    {
        if (!reading.TryGet<SourceSpec>("data.train", out var train) || train is not SourceSpec.Text text)
        {
            return;
        }

        if (text.Stride < text.Context && reading.TryGet<ValidationSpec>("data.validation", out var validation)
            && validation is ValidationSpec.Fraction { Take: not ValidationTake.Last })
        {
            reading.Reject(
                "data.validation",
                $"rows that overlap (stride {text.Stride}, context {text.Context}) cannot be drawn for validation: their characters would be trained on; "
                    + "take: last, a stride of at least context, or another share of the file");
        }

        foreach (var (key, other) in new[]
        {
            ("data.validation", (reading.TryGet<ValidationSpec>("data.validation", out var rows) ? rows as ValidationSpec.Source : null)?.Rows),
            ("data.test", reading.TryGet<SourceSpec>("data.test", out var test) ? test : null),
        })
        {
            if (other is SourceSpec.Text same && (same.Unit, same.Context, same.Target, same.Unseen) != (text.Unit, text.Context, text.Target, text.Unseen))
            {
                reading.Reject(key, "unit, context, target and unseen must be those of data.train");
            }
        }
    }

    private static void Columns(SpecReading reading, string source)
    {
        if (!reading.TryGet<IReadOnlyList<string>>($"{source}.features", out var features))
        {
            return;
        }

        if (reading.TryGet<IReadOnlyList<string>>($"{source}.target", out var targets))
        {
            foreach (var both in features.Intersect(targets))
            {
                reading.Reject($"{source}.features.{features.ToList().IndexOf(both)}", $"the column \"{both}\" is a target, and cannot be a feature as well");
            }
        }

        foreach (var key in new[] { "one_hot", "index" })
        {
            if (reading.TryGet<IReadOnlyList<string>>($"{source}.{key}", out var categories))
            {
                foreach (var other in features.Any(SourceSpec.Csv.IsPattern) ? [] : categories.Except(features))
                {
                    reading.Reject($"{source}.{key}", $"the column \"{other}\" is no feature; add it to features, or remove it here");
                }
            }
        }

        if (reading.TryGet<IReadOnlyList<string>>($"{source}.index", out var index) && reading.TryGet<IReadOnlyList<string>>($"{source}.one_hot", out var hot))
        {
            foreach (var both in index.Intersect(hot))
            {
                reading.Reject($"{source}.index", $"the column \"{both}\" is in one_hot as well; a category becomes several columns or one number: remove one");
            }
        }

        var transforms = Combinations.Indices(reading, "data.transforms").Where(_ => index is { Count: > 0 });
        foreach (var changed in transforms.Where(
            key => !(reading.TryGet<TransformSpec>(key, out var each) && each is TransformSpec.Normalize { IsLearned: true })))
        {
            reading.Reject(
                changed, $"{source}.index makes whole numbers, which this would change; of the transforms only normalize, without numbers, leaves them");
        }

        if (reading.Has($"{source}.except") && !features.Any(SourceSpec.Csv.IsPattern))
        {
            reading.Reject($"{source}.except", "leaves out what a pattern stands for, and features has none; write features: \"*\", or remove this");
        }

        if (reading.TryGet<CsvDecimal>($"{source}.decimal", out var point) && point == CsvDecimal.Comma
            && reading.TryGet<CsvDelimiter>($"{source}.delimiter", out var delimiter) && delimiter == CsvDelimiter.Comma)
        {
            reading.Reject($"{source}.decimal", "a comma cannot stand between cells and inside numbers; set delimiter as well, such as delimiter: semicolon");
        }

        if (reading.TryGet<CsvComment>($"{source}.comment", out var comment) && comment == CsvComment.Tab
            && reading.TryGet<CsvDelimiter>($"{source}.delimiter", out var tab) && tab == CsvDelimiter.Tab)
        {
            reading.Reject($"{source}.comment", "a tab cannot stand between cells and begin a comment; choose another delimiter or comment");
        }
    }

    private static void Transforms(SpecReading reading)
    {
        var values = "";
        foreach (var item in Combinations.Indices(reading, "data.transforms"))
        {
            if (reading.TryGet<TransformSpec>(item, out var transform) && reading.TryGet<string>(item + "?", out var name))
            {
                values = transform.IsOfImages ? values : name;
                var known = reading.TryGet<string>("data.train.format", out var format);
                if (known && format == "class")
                {
                    reading.Reject(item, $"{name} is not applied to the rows of a class of your own; do it in its Read, and remove this");
                }
                else if (known && format == "text")
                {
                    reading.Reject(item, $"{name} changes numbers, and the rows of a text are places in a vocabulary; remove it");
                }
                else if (transform.IsOfImages && known && format is "csv" or "parquet")
                {
                    reading.Reject(item, $"{name} needs images, and CSV rows are vectors; remove it");
                }
                else if (transform.IsOfImages && values.Length > 0)
                {
                    reading.Reject(item, $"{name} changes images before their values are scaled; move it before {values}");
                }
            }

            if (reading.TryGet<double>($"{item}.scale.factor", out var factor) && factor == 0)
            {
                reading.Reject($"{item}.scale.factor", "a factor of 0 erases every feature; allowed: any other finite number");
            }

            var normalize = $"{item}.normalize";
            if (!reading.TryGet<IReadOnlyList<double>>($"{normalize}.mean", out var mean)
                || !reading.TryGet<IReadOnlyList<double>>($"{normalize}.std", out var std))
            {
                continue;
            }

            if (mean.Count != std.Count)
            {
                reading.Reject(
                    std.Count == 0 ? $"{normalize}.mean" : $"{normalize}.std",
                    mean.Count == 0 || std.Count == 0
                        ? "mean and std belong together; give both, or neither to take the training rows'"
                        : $"{std.Count} values, and mean has {mean.Count}; they must be as many");
            }
            else if (mean.Count > 0 && reading.Has($"{normalize}.correction"))
            {
                reading.Reject($"{normalize}.correction", "has no effect where std is given; remove one of them");
            }
            else if (mean.Count > 0 && Width(reading, "data.train") is { } width && mean.Count != 1 && mean.Count != width)
            {
                reading.Reject($"{normalize}.mean", $"{mean.Count} values for {width} features; allowed: 1 (for all), or {width}");
            }
        }
    }

    /// <summary>Columns of a CSV source; <c>null</c> where not known from the spec.</summary>
    private static int? Width(SpecReading reading, string source) =>
        reading.TryGet<IReadOnlyList<string>>($"{source}.features", out var features)
        && reading.TryGet<IReadOnlyList<string>>($"{source}.one_hot", out var categories) && categories.Count == 0
        && !features.Any(SourceSpec.Csv.IsPattern) ? features.Count : null;
}
