using System.Globalization;

namespace MemGuard.Recording;

/// <summary>Where black boxes lie: the configured directory, else the one that the service manager gives (<c>STATE_DIRECTORY</c>), else the application's own below the temporary one.</summary>
internal static class BlackBoxPlace
{
    private const int MaxNameLength = 100;

    /// <summary>The application's name, as the runtime has it.</summary>
    public static string Application => AppDomain.CurrentDomain.FriendlyName;

    public static string Find(string? configured) => configured ?? FindStateDirectory() ?? DefaultDirectory();

    /// <summary>The application's own directory, of heap snapshots too: its evidence lies together, and no neighbour on the machine uses up its budget.</summary>
    public static string DefaultDirectory() => Path.Combine(Path.GetTempPath(), $"memguard-{FindUser()}-{ToFileName(Application)}");

    // A service may be given several, divided by colons.
    private static string? FindStateDirectory() =>
        Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } directories && directories.Split(':')[0] is { Length: > 0 } first ? first : null;

    private static string FindUser()
    {
        string name = Environment.UserName;
        return string.IsNullOrEmpty(name) || name == "?" ? FileOwner.Self?.ToString(CultureInfo.InvariantCulture) ?? "user" : ToFileName(name);
    }

    private static string ToFileName(string text) => string.Create(Math.Min(text.Length, MaxNameLength), text, static (name, text) =>
    {
        for (int i = 0; i < name.Length; i++)
        {
            name[i] = char.IsAsciiLetterOrDigit(text[i]) || text[i] is '.' or '-' ? text[i] : '_';
        }
    });
}
