using System.Globalization;
using System.Reflection;
using MemGuard.Trends;

namespace DetectorEvaluation.Scoring;

/// <summary>Changes one rule of the table, so that anybody can see what it is good for.</summary>
internal static class RuleChange
{
    /// <summary>The table with a change as it is written on the command line: <c>Window.LeastHalfSlopeRatio=0.7</c>. Infinity is a number.</summary>
    public static TrendRules Apply(TrendRules rules, string change)
    {
        if (change.Split('=') is not [string path, string value] || path.Split('.') is not [string recordName, string ruleName])
        {
            throw new ArgumentException($"'{change}' is not Record.Rule=value.", nameof(change));
        }

        PropertyInfo record = Find(typeof(TrendRules), recordName);
        PropertyInfo rule = Find(record.PropertyType, ruleName);
        object changed = Copy(record.GetValue(rules)!);
        rule.SetValue(changed, Convert.ChangeType(Value(value), rule.PropertyType, CultureInfo.InvariantCulture));
        TrendRules copy = rules with { };
        record.SetValue(copy, changed);
        return copy;
    }

    private static object Value(string text) => bool.TryParse(text, out bool flag) ? flag : double.Parse(text, CultureInfo.InvariantCulture);

    private static PropertyInfo Find(Type type, string name) =>
        type.GetProperty(name) ?? throw new ArgumentException($"{type.Name} has no {name}: it has {string.Join(", ", type.GetProperties().Select(static one => one.Name))}.", nameof(name));

    // What `with` calls.
    private static object Copy(object record) => record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
}
