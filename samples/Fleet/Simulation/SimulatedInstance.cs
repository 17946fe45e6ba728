using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Fleet.Simulation;

/// <summary>An instance that publishes what a real shop published, but for the values that the simulation has set.</summary>
internal sealed partial class SimulatedInstance(string job, string name, string version, string template)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Series Series, Func<double> Value)> _set = [];

    public string Job { get; } = job;

    public string Name { get; } = name;

    public string Version { get; } = version;

    public void Set(Series series, double value) => Set(series, () => value);

    /// <exception cref="ArgumentException">No real shop publishes such a series, so no rule over it could ever speak.</exception>
    public void Set(Series series, Func<double> value)
    {
        if (!series.IsOptional && !template.Split('\n').Any(series.IsOn))
        {
            throw new ArgumentException($"A real shop does not publish {series}.", nameof(series));
        }

        lock (_gate)
        {
            _set[series.ToString()] = (series, value);
        }
    }

    /// <summary>The series is as the real shop published it, or is not there if the shop has none.</summary>
    public void Reset(Series series)
    {
        lock (_gate)
        {
            _set.Remove(series.ToString());
        }
    }

    public string Render()
    {
        lock (_gate)
        {
            StringBuilder text = new();
            HashSet<string> written = [];
            foreach (string line in template.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line.StartsWith('#'))
                {
                    text.Append(line).Append('\n');
                    continue;
                }

                // Name and labels, then the value; behind it may stand the time of the real scrape.
                int end = line.LastIndexOf('}') + 1;
                end = line.IndexOf(' ', end);
                string value = line[(end + 1)..].Split(' ')[0];
                if (_set.Values.FirstOrDefault(one => one.Series.IsOn(line)) is { Series: { } series } found)
                {
                    written.Add(series.ToString());
                    value = Spell(found.Value());
                }

                text.Append(AppVersion().Replace(line[..end], $"app_version=\"{Version}\"")).Append(' ').Append(value).Append('\n');
            }

            foreach ((Series series, Func<double> value) in _set.Values.Where(one => !written.Contains(one.Series.ToString())))
            {
                text.Append(series).Append(' ').Append(Spell(value())).Append('\n');
            }

            return text.ToString();
        }
    }

    private static string Spell(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    [GeneratedRegex("app_version=\"[^\"]*\"")]
    private static partial Regex AppVersion();
}
