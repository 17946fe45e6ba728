using System.Globalization;
using System.Text.RegularExpressions;

namespace Fleet.Prometheus;

/// <summary>The published rules on a faster clock: the durations that they wait and look back are divided, nothing else is changed.</summary>
internal static partial class FasterRules
{
    public static string Of(string rules, int speed) =>
        Durations().Replace(rules, match => match.Groups["before"].Value + Divide(match.Groups["number"].Value, match.Groups["unit"].Value, speed));

    /// <summary>A duration as Prometheus spells it.</summary>
    public static string Spell(TimeSpan duration) => string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalMilliseconds}ms");

    private static string Divide(string number, string unit, int speed)
    {
        double amount = double.Parse(number, CultureInfo.InvariantCulture);
        TimeSpan duration = unit switch { "s" => TimeSpan.FromSeconds(amount), "m" => TimeSpan.FromMinutes(amount), _ => TimeSpan.FromHours(amount) };
        return Spell(duration / speed);
    }

    // "for: 10m", "keep_firing_for: 10m", and the range of a selector, "[15m]".
    [GeneratedRegex(@"(?<before>(?:for: |\[))(?<number>\d+)(?<unit>[smh])\b")]
    private static partial Regex Durations();
}
