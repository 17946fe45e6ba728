using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace MemGuard.ArchitectureTests;

/// <summary>One log message: its id and where it is.</summary>
/// <param name="Id">The event id.</param>
/// <param name="Name">The event name.</param>
/// <param name="Level">The level.</param>
/// <param name="Space">The namespace.</param>
internal sealed partial record LogEvent(int Id, string Name, LogLevel Level, string Space)
{
    /// <summary>First id of each folder's block of a thousand.</summary>
    private static readonly Dictionary<string, int> Blocks = new()
    {
        ["MemGuard.Faults"] = 1000,
        ["MemGuard.Limits"] = 1000,
        ["MemGuard.Sampling"] = 1000,
        ["MemGuard.Containers"] = 1000,
        ["MemGuard"] = 2000,
        ["MemGuard.Telemetry"] = 2000,
        ["MemGuard.Alerts"] = 3000,
        ["MemGuard.Evidence"] = 4000,
        ["MemGuard.Recording"] = 4000,
        ["MemGuard.HeapSnapshots"] = 5000,
        ["MemGuard.AspNetCore"] = 6000,
        ["MemGuard.Bounded"] = 7000,
        ["MemGuard.Lifetimes"] = 7000,
        ["MemGuard.StartupHook"] = 8000,
    };

    /// <summary>Every log message of an assembly.</summary>
    public static IEnumerable<LogEvent> FindAll(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let message = method.GetCustomAttribute<LoggerMessageAttribute>()
        where message is not null
        select new LogEvent(message.EventId, message.EventName ?? method.Name, message.Level, type.Namespace ?? string.Empty);

    /// <summary>Reads the rows of the documentation's tables: id, name, level.</summary>
    public static IEnumerable<LogEvent> ReadTable(string markdown) =>
        Row().Matches(markdown).Select(match => new LogEvent(
            int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture), match.Groups["name"].Value, Enum.Parse<LogLevel>(match.Groups["level"].Value), string.Empty));

    /// <summary>What is wrong with a set of messages and their documentation.</summary>
    public static IEnumerable<string> FindProblems(IReadOnlyCollection<LogEvent> events, IReadOnlyCollection<LogEvent> documented)
    {
        foreach (IGrouping<int, LogEvent> same in events.GroupBy(static message => message.Id).Where(static group => group.Count() > 1))
        {
            yield return $"{same.Key} is used by {string.Join(" and ", same.Select(static message => message.Name))}";
        }

        foreach (LogEvent message in events)
        {
            if (!Blocks.Any(block => (message.Space == block.Key || message.Space.StartsWith(block.Key + ".", StringComparison.Ordinal) && block.Key != "MemGuard") && message.Id / 1000 == block.Value / 1000))
            {
                yield return $"{message.Id} {message.Name} is outside the block of {message.Space}";
            }
        }

        foreach (LogEvent message in events.Select(static message => message with { Space = string.Empty }).Except(documented))
        {
            yield return $"{message.Id} {message.Name} ({message.Level}) is not in the documentation";
        }

        foreach (LogEvent message in documented.Except(events.Select(static message => message with { Space = string.Empty })))
        {
            yield return $"{message.Id} {message.Name} ({message.Level}) is documented but not in the code";
        }
    }

    [GeneratedRegex(@"^\|\s*(?<id>\d+)\s*\|\s*`?(?<name>\w+)`?\s*\|\s*(?<level>Trace|Debug|Information|Warning|Error|Critical)\s*\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
