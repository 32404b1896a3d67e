using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Schema;

internal sealed class IntegerType(long min, long max) : SpecType<long>
{
    public override string Text => "whole number";

    public override string Range => max == long.MaxValue ? $"{min} to 2^63-1" : $"{min} to {max}";

    public override string? Show(long value) => value.ToString(CultureInfo.InvariantCulture);

    public override JsonObject JsonSchema(SchemaWriter schema)
    {
        var number = new JsonObject { ["type"] = "integer", ["minimum"] = min };
        if (max != long.MaxValue)
        {
            number["maximum"] = max;
        }

        return number;
    }

    public override bool TryRead(SpecNode node, string key, SpecReading reading, out long value)
    {
        value = 0;
        if (node is not SpecScalar { IsPlain: true } scalar || !ScalarRules.IsInteger(scalar.Text))
        {
            return reading.Reject(key, node.Origin, $"{ScalarRules.Wrong(node)} is not a whole number; allowed: {Range}");
        }

        return (long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max)
            || reading.Reject(key, node.Origin, $"{scalar.Text} is out of range; allowed: {Range}");
    }
}

/// <summary>A whole number that fits 32 bits.</summary>
internal sealed class CountType(int min, int max) : SpecType<int>
{
    private readonly IntegerType _inner = new(min, max);

    public override string Text => _inner.Text;

    public override string Range => _inner.Range;

    public override string? Show(int value) => _inner.Show(value);

    public override JsonObject JsonSchema(SchemaWriter schema) => _inner.JsonSchema(schema);

    public override bool TryRead(SpecNode node, string key, SpecReading reading, out int value)
    {
        var read = _inner.TryRead(node, key, reading, out var wide);
        value = (int)wide;
        return read;
    }
}

/// <summary>A finite number; a bound of an open end is itself not allowed.</summary>
internal sealed class NumberType(double min, double max, bool openMin = false, bool openMax = false) : SpecType<double>
{
    public static NumberType Positive { get; } = new(0, double.PositiveInfinity, openMin: true);

    public static NumberType NotNegative { get; } = new(0, double.PositiveInfinity);

    public static NumberType Any { get; } = new(double.NegativeInfinity, double.PositiveInfinity);

    public override string Text => "number";

    public override string Range => (double.IsInfinity(min), double.IsInfinity(max)) switch
    {
        (true, true) => "any finite number",
        (false, true) => openMin ? $"above {min:R}" : $"{min:R} or more",
        (true, false) => openMax ? $"below {max:R}" : $"{max:R} or less",
        _ => $"{(openMin ? $"above {min:R}" : $"{min:R}")} {(openMax ? $"to below {max:R}" : $"to {max:R}")}",
    };

    public override string? Show(double value) => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');

    public override JsonObject JsonSchema(SchemaWriter schema)
    {
        var number = new JsonObject { ["type"] = "number" };
        if (double.IsFinite(min))
        {
            number[openMin ? "exclusiveMinimum" : "minimum"] = min;
        }

        if (double.IsFinite(max))
        {
            number[openMax ? "exclusiveMaximum" : "maximum"] = max;
        }

        return number;
    }

    public override bool TryRead(SpecNode node, string key, SpecReading reading, out double value)
    {
        value = 0;
        if (node is not SpecScalar { IsPlain: true } scalar || !ScalarRules.IsNumber(scalar.Text)
            || !double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) || !double.IsFinite(value))
        {
            return reading.Reject(key, node.Origin, $"{ScalarRules.Wrong(node)} is not a finite number; allowed: {Range}");
        }

        var low = openMin ? value <= min : value < min;
        var high = openMax ? value >= max : value > max;
        return !(low || high) || reading.Reject(key, node.Origin, $"{scalar.Text} is out of range; allowed: {Range}");
    }
}

internal sealed class BooleanType : SpecType<bool>
{
    public override string Text => "true or false";

    public override string? Show(bool value) => value ? "true" : "false";

    public override JsonObject JsonSchema(SchemaWriter schema) => new() { ["type"] = "boolean" };

    public override bool TryRead(SpecNode node, string key, SpecReading reading, out bool value)
    {
        var text = node is SpecScalar { IsPlain: true } scalar ? scalar.Text : null;
        value = text == "true";
        return text is "true" or "false" || reading.Reject(key, node.Origin, $"{ScalarRules.Wrong(node)} is neither true nor false; allowed: true, false");
    }
}

/// <summary>Any text that is not empty; <paramref name="pattern"/> narrows it and <paramref name="allowed"/> says how in words.</summary>
internal sealed class TextType(Regex? pattern = null, string allowed = "") : SpecType<string>
{
    public override string Text => "text";

    public override string Range => allowed;

    public override string? Show(string value) => value;

    public override JsonObject JsonSchema(SchemaWriter schema)
    {
        var text = SchemaWriter.Scalar();
        text["minLength"] = 1;
        if (pattern is not null)
        {
            // ECMAScript, which editors use, has no \z.
            text["pattern"] = pattern.ToString().Replace(@"\z", "$", StringComparison.Ordinal);
        }

        return text;
    }

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out string value)
    {
        value = (node as SpecScalar)?.Text;
        if (node is not SpecScalar scalar || scalar.IsNull || scalar.Text.Length == 0)
        {
            return reading.Reject(key, node.Origin, $"{node.Quote()} is not a text{(allowed.Length > 0 ? "; allowed: " + allowed : "")}");
        }

        return pattern is null || pattern.IsMatch(scalar.Text) || reading.Reject(key, node.Origin, $"{scalar.Quote()} is not allowed; allowed: {allowed}");
    }
}

/// <summary>A file. Whether it is there is looked at on submit, where it must be readable.</summary>
/// <param name="remote">Whether it may be a URL.</param>
internal sealed class PathType(bool remote = false) : SpecType<string>
{
    public override string Text => remote ? "path or URL" : "path";

    public override string Range => remote
        ? "absolute, or relative to the spec's folder; or https://HOST/FILE, or s3://BUCKET/KEY"
        : "absolute, or relative to the spec's folder";

    public override string? Show(string value) => value;

    public override JsonObject JsonSchema(SchemaWriter schema) =>
        new() { ["type"] = new JsonArray("string", "number", "boolean"), ["minLength"] = 1, ["pattern"] = "^[^~]" };

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out string value)
    {
        value = null;
        if (node is not SpecScalar { IsNull: false, Text.Length: > 0 } scalar)
        {
            return reading.Reject(key, node.Origin, $"{node.Quote()} is not a path; allowed: {Range}");
        }

        if (scalar.Text.Contains('\0', StringComparison.Ordinal) || scalar.Text.StartsWith('~'))
        {
            return reading.Reject(key, node.Origin, $"{scalar.Quote()} is not a path that can be opened (\"~\" is not expanded); allowed: {Range}");
        }

        if (RemotePath.IsOne(scalar.Text))
        {
            value = scalar.Text;
            return (remote ? RemotePath.Mistake(value) : "a URL is not taken here") is not { } mistake
                || reading.Reject(key, node.Origin, $"{scalar.Quote()} cannot be read: {mistake}; allowed: {Range}");
        }

        value = Path.GetFullPath(scalar.Text, reading.BasePath);
        return true;
    }
}

/// <summary>The members of an enumeration in their spelling of <see cref="SpecNames"/>.</summary>
internal sealed class EnumType<T> : SpecType<T>
    where T : struct, Enum
{
    private static readonly string[] Allowed = [.. Enum.GetValues<T>().Select(SpecNames.Of)];

    public override string Text => "name";

    public override string Range => string.Join(", ", Allowed);

    public override string? Show(T value) => SpecNames.Of(value);

    public override JsonObject JsonSchema(SchemaWriter schema) => SchemaWriter.Words(Allowed);

    public override bool TryRead(SpecNode node, string key, SpecReading reading, out T value)
    {
        value = default;
        if (node is not SpecScalar scalar)
        {
            return reading.Reject(key, node.Origin, $"{node.Quote()} is not a name. Allowed here: {Range}");
        }

        var index = Array.IndexOf(Allowed, scalar.Text);
        value = index < 0 ? default : Enum.GetValues<T>()[index];
        return index >= 0 || reading.Reject(key, node.Origin, $"unknown name {scalar.Quote()}{Names.Hint(scalar.Text, Allowed)}");
    }
}

/// <summary><c>1 epoch</c>, <c>500 steps</c>.</summary>
internal sealed class IntervalType : SpecType<Interval>
{
    public override string Text => "interval";

    public override string Range => "N steps or N epochs, N at least 1";

    public override string? Show(Interval value) =>
        $"{value.Count} {SpecNames.Of(value.Unit)}{(value.Count == 1 ? "" : "s")}";

    public override JsonObject JsonSchema(SchemaWriter schema) => new() { ["type"] = "string", ["pattern"] = "^ *[0-9]+ +(steps?|epochs?) *$" };

    public override bool TryRead(SpecNode node, string key, SpecReading reading, out Interval value)
    {
        value = default;
        var parts = (node as SpecScalar)?.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        IntervalUnit? unit = parts.Length == 2
            ? parts[1] switch { "step" or "steps" => IntervalUnit.Step, "epoch" or "epochs" => IntervalUnit.Epoch, _ => null }
            : null;
        if (unit is null || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > 1_000_000_000)
        {
            return reading.Reject(
                key, node.Origin, $"{node.Quote()} is not an interval; allowed: {Range} (up to 1000000000), such as \"1 epoch\" or \"500 steps\"");
        }

        value = new Interval(count, unit.Value);
        return true;
    }
}
