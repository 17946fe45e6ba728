namespace ForkStress;

/// <summary>A class that is loaded again and again into contexts that unload.</summary>
public sealed class Plugin
{
    private static readonly Dictionary<string, List<Plugin>> Known = [];

    private readonly byte[] _data = new byte[64];

    /// <summary>Remembers itself.</summary>
    public Plugin()
    {
        lock (Known)
        {
            string key = (Known.Count % 8).ToString(System.Globalization.CultureInfo.InvariantCulture);
            (Known.TryGetValue(key, out List<Plugin>? list) ? list : Known[key] = []).Add(this);
        }
    }

    /// <summary>What it weighs.</summary>
    public int Length => _data.Length;
}
