using MemGuard.Sessions;
using MemGuard.Tool.Output;

namespace MemGuard.Tool.Sessions;

/// <summary>Says what a watched process writes into its folder, while it runs.</summary>
internal sealed class SessionStream(SessionFolder folder, Terminal terminal)
{
    // Alerts come by their own file, with more than their line.
    private static readonly string[] AlertEvents = ["3000", "3001", "3002", "3006"];

    private readonly FileTail _alerts = new(folder.AlertsFile);
    private readonly FileTail _lines = new(folder.LogFile);
    private bool _saidAttached;

    /// <summary>Whether the process has taken the folder.</summary>
    public bool IsAttached => File.Exists(folder.AttachedFile);

    /// <summary>The worst stage so far.</summary>
    public bool WasSuspected { get; private set; }

    public bool WasConfirmed { get; private set; }

    public void Update()
    {
        IReadOnlyList<string> lines = _lines.ReadNew();

        // The application's own watch takes the folder too: "attached" after "not attached" would help nobody.
        _saidAttached |= lines.Any(static line => line.StartsWith("not attached", StringComparison.Ordinal));
        if (!_saidAttached && IsAttached)
        {
            _saidAttached = true;
            terminal.Note("attached");
        }

        foreach (string line in lines)
        {
            SayLine(line);
        }

        foreach (string line in _alerts.ReadNew())
        {
            if (AlertLine.TryParse(line) is { } alert)
            {
                SayAlert(alert);
            }
        }
    }

    private void SayAlert(AlertLine alert)
    {
        WasConfirmed |= alert.IsConfirmed;
        WasSuspected |= alert.IsConfirmed || alert.Stage == "Suspected";
        switch (alert.Stage)
        {
            case "Confirmed":
                terminal.Warn(alert.Message);
                break;
            case "Resolved":
                terminal.Good(alert.Message);
                break;
            default:
                terminal.Note(alert.Message);
                break;
        }
    }

    // "Warning 1004 text", or a bare sentence of the stages before there is a log.
    private void SayLine(string line)
    {
        string[] parts = line.Split(' ', 3);
        if (parts is ["Information" or "Warning" or "Error" or "Critical", var id, var text])
        {
            if (parts[0] != "Information" && !AlertEvents.Contains(id))
            {
                terminal.Warn(text);
            }
        }
        else
        {
            terminal.Warn(line);
        }
    }
}
