using Google.Protobuf.WellKnownTypes;
using Sheaf.V1;

namespace Sheaf.Client.Terminal;

/// <summary>How numbers, times and states look to a person. Culture-free.</summary>
internal static class Format
{
    /// <summary>Seven states in the words of the documentation.</summary>
    public static string Name(this State state) => state switch
    {
        State.Queued => "queued",
        State.Starting => "starting",
        State.Running => "running",
        State.Paused => "paused",
        State.Recovering => "recovering",
        State.Completed => "completed",
        State.Failed => "failed",
        State.Cancelled => "cancelled",
        _ => "unknown",
    };

    public static string Name(this Rows rows) => rows switch
    {
        Rows.Train => "training",
        Rows.Validation => "validation",
        Rows.Test => "test",
        _ => "unknown",
    };

    public static bool IsTerminal(this State state) => state is State.Completed or State.Failed or State.Cancelled;

    public static string Count(long value) => value.ToString("N0");

    public static string Count(int value, string one) => value == 1 ? $"1 {one}" : $"{value} {one}s";

    /// <summary>Four significant digits: 0.4123, 12.35, 1.2e-05.</summary>
    public static string Loss(double value) => value switch
    {
        double.NaN => "NaN",
        0 => "0",
        _ when Math.Abs(value) is >= 1e-3 and < 1e4 => value.ToString(
            "0." + new string('0', Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 1, 6))),
        _ => value.ToString("0.###e-00"),
    };

    /// <summary>An accuracy as percent, anything else as a number.</summary>
    public static string Metric(string name, double value) =>
        name.EndsWith("accuracy", StringComparison.Ordinal) ? $"{value * 100:0.00} %" : Loss(value);

    /// <summary>A rate with three or four significant digits.</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        >= 100 => perSecond.ToString("N0"),
        >= 10 => perSecond.ToString("0.0"),
        _ => perSecond.ToString("0.00"),
    };

    /// <summary>0:27, 1:02:03, 2d 03:04:05.</summary>
    public static string Duration(TimeSpan time)
    {
        var whole = TimeSpan.FromSeconds(Math.Max(0, Math.Round(time.TotalSeconds)));
        return whole switch
        {
            { Days: > 0 } => $"{whole.Days}d {whole:hh\\:mm\\:ss}",
            { Hours: > 0 } => whole.ToString("h\\:mm\\:ss"),
            _ => whole.ToString("m\\:ss"),
        };
    }

    /// <summary>Decimal units, as disks are sold.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        double value = bytes;
        var unit = 0;
        while (value >= 1000 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : $"{value:0.0} {units[unit]}";
    }

    /// <summary>Local date and time, or a dash where there is none.</summary>
    public static string Time(Timestamp? time, TimeZoneInfo zone) =>
        time is null ? "-" : TimeZoneInfo.ConvertTime(time.ToDateTimeOffset(), zone).ToString("yyyy-MM-dd HH:mm:ss");

    /// <summary>ISO 8601 in UTC for machines, or <c>null</c>.</summary>
    public static string? Iso(Timestamp? time) => time?.ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
}
