using System.Globalization;

namespace MemGuard;

/// <summary>The one way to write bytes for people: 1 MB is 1,048,576 bytes, and the same figure reads the same in every line and report.</summary>
internal static class ByteText
{
    public const long Kilobyte = 1L << 10;
    public const long Megabyte = 1L << 20;

    /// <summary>"512 B", "3.5 KB" or "143.2 MB".</summary>
    public static string Of(long bytes) => Math.Abs(bytes) switch
    {
        >= Megabyte => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Megabyte:0.#} MB"),
        >= Kilobyte => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Kilobyte:0.#} KB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };

    /// <summary>As <see cref="Of(long)"/>; another word for what is not known or does not exist.</summary>
    public static string Of(long? bytes, string otherwise) => bytes is long known ? Of(known) : otherwise;

    /// <summary>Megabytes without their unit, for two figures that share one: "212", or "9.5" below ten.</summary>
    public static string Megabytes(double bytes)
    {
        double value = bytes / Megabyte;
        return value.ToString(Math.Abs(value) < 10 ? "0.0" : "0", CultureInfo.InvariantCulture);
    }

    /// <summary>"+12.6 MB/min", or an hour's or a day's growth where a minute's would be too small to read.</summary>
    public static string Rate(double bytesPerHour)
    {
        double perMinute = bytesPerHour / 60 / Megabyte;
        return perMinute >= 0.1 ? string.Create(CultureInfo.InvariantCulture, $"{perMinute:+0.0;-0.0} MB/min")
            : perMinute * 60 >= 0.1 ? string.Create(CultureInfo.InvariantCulture, $"{perMinute * 60:+0.0;-0.0} MB/h")
            : string.Create(CultureInfo.InvariantCulture, $"{perMinute * 1440:+0.0;-0.0} MB/day");
    }
}
