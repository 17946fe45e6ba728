using System.Diagnostics.CodeAnalysis;
using LeakyShop.Scenarios;

namespace LeakyShop;

/// <summary>What the command line asks for.</summary>
internal sealed record ShopArguments
{
    public const string Usage = """
        usage: LeakyShop                        the case study: leak, alert, fix, before/after table
               LeakyShop --leak NAME [--fixed]  one leak, or its fixed twin: NAME is one of cache, native, timers,
                                               finalizer, listeners, inflight, batch, closures, stream,
                                               spike, sessions, warm, thrash, unlimited, none
          --duration SECONDS   run this long instead of until the alert is Confirmed
          --serve              no own load: stay up until stopped; GET /users/{id} does the work, /memguard/ is the page
          --json               alerts as JSON lines
          --crash HOW          a shop that ends badly, and what the next one says of it: kill, oom, failfast, exception
        """;

    public Scenario? Scenario { get; init; }

    public bool Fixed { get; init; }

    public TimeSpan? Duration { get; init; }

    public bool Serve { get; init; }

    public bool Json { get; init; }

    /// <summary>How the shop is to end; null for a shop that does not crash.</summary>
    public string? Crash { get; init; }

    /// <summary>Where the run writes its figures for the case study's table.</summary>
    public string? ReportTo { get; init; }

    public static bool TryParse(string[] args, [NotNullWhen(true)] out ShopArguments? arguments, [NotNullWhen(false)] out string? problem)
    {
        arguments = null;
        ShopArguments parsed = new();
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            string? value = name is "--leak" or "--duration" or "--report-to" or "--crash" && i + 1 < args.Length ? args[++i] : null;
            switch (name)
            {
                case "--leak" when value is not null && Scenario.Find(value) is { } scenario:
                    parsed = parsed with { Scenario = scenario };
                    break;
                case "--leak":
                    problem = $"--leak is '{value}'; it must be one of {string.Join(", ", Scenario.All.Select(static s => s.Name))}.";
                    return false;
                case "--duration" when double.TryParse(value, out double seconds) && seconds is >= 1 and <= 86_400:
                    parsed = parsed with { Duration = TimeSpan.FromSeconds(seconds) };
                    break;
                case "--duration":
                    problem = $"--duration is '{value}'; it must be from 1 to 86400 seconds.";
                    return false;
                case "--report-to" when value is not null:
                    parsed = parsed with { ReportTo = value };
                    break;
                case "--crash" when value is not null && LeakyShop.Crash.Ways.Contains(value):
                    parsed = parsed with { Crash = value };
                    break;
                case "--crash":
                    problem = $"--crash is '{value}'; it must be one of {string.Join(", ", LeakyShop.Crash.Ways)}.";
                    return false;
                case "--fixed":
                    parsed = parsed with { Fixed = true };
                    break;
                case "--serve":
                    parsed = parsed with { Serve = true };
                    break;
                case "--json":
                    parsed = parsed with { Json = true };
                    break;
                default:
                    problem = $"'{name}' is not an option.";
                    return false;
            }
        }

        arguments = parsed;
        problem = null;
        return true;
    }
}
