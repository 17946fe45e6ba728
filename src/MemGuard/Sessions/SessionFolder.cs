using System.Text.Json;

namespace MemGuard.Sessions;

/// <summary>
/// The folder in which the <c>memguard</c> tool and the process that it watches meet. Files and not pipes: they are there also after the process was
/// killed.
/// </summary>
internal sealed class SessionFolder
{
    /// <summary>The environment variable that names it.</summary>
    public const string Variable = "MEMGUARD_SESSION";

    private const string AttachedName = "attached.json";
    private const string AlertsName = "alerts.jsonl";
    private const string LogName = "hook.log";

    public SessionFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Says that the folder is some process's: one writes it.</summary>
    public string AttachedFile => System.IO.Path.Combine(Path, AttachedName);

    /// <summary>A line of JSON an alert.</summary>
    public string AlertsFile => System.IO.Path.Combine(Path, AlertsName);

    /// <summary>All other lines.</summary>
    public string LogFile => System.IO.Path.Combine(Path, LogName);

    public string SnapshotsDirectory => System.IO.Path.Combine(Path, "snapshots");

    /// <summary>Takes the folder that the environment names for this process; its children do not see it.</summary>
    /// <returns>Null where there is none, or another process has it, or it is not safe.</returns>
    public static SessionFolder? TakeFromEnvironment()
    {
        string? path = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(path))
        {
            return null;
        }

        Environment.SetEnvironmentVariable(Variable, null);
        return TryClaim(path, "the application");
    }

    /// <summary>Takes a folder for this process.</summary>
    /// <param name="path">A private directory of this user's.</param>
    /// <param name="by">Who writes: the hook or the application's own MemGuard.</param>
    /// <returns>Null where another process has it, or it is not safe.</returns>
    public static SessionFolder? TryClaim(string path, string by)
    {
        if (PrivateDirectory.FindIntruder(path) is not null)
        {
            return null;
        }

        SessionFolder folder = new(path);
        string temporary = folder.AttachedFile + "." + PrivateFile.RandomName();
        try
        {
            using (FileStream file = PrivateFile.Create(temporary))
            using (Utf8JsonWriter json = new(file))
            {
                json.WriteStartObject();
                json.WriteNumber("pid", Environment.ProcessId);
                json.WriteString("application", AppDomain.CurrentDomain.FriendlyName);
                json.WriteString("runtime", Environment.Version.ToString());
                json.WriteString("memguard", typeof(SessionFolder).Assembly.GetName().Version?.ToString(3));
                json.WriteString("by", by);
                json.WriteEndObject();
            }

            // Whole or not at all, and only one: a name that is there already is refused.
            File.Move(temporary, folder.AttachedFile, overwrite: false);
            return folder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Containment.Run(temporary, File.Delete);
            return null;
        }
    }
}
