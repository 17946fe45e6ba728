using System.Globalization;
using System.IO.Pipes;
using System.Net.Sockets;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Finds and opens the diagnostics endpoint of the own process.</summary>
internal static class DiagnosticsSocket
{
    private const int StartTimeField = 22;

    /// <returns>The endpoint's path; null when the runtime has not opened one.</returns>
    public static string? Find()
    {
        if (OperatingSystem.IsWindows())
        {
            return string.Create(CultureInfo.InvariantCulture, $"dotnet-diagnostic-{Environment.ProcessId}");
        }

        string directory = Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } configured ? configured : "/tmp";
        string prefix = string.Create(CultureInfo.InvariantCulture, $"dotnet-diagnostic-{Environment.ProcessId}-");
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // The start time tells this process from an earlier one with its id, whose socket may still lie there: containers reuse ids.
                string path = Path.Combine(directory, $"{prefix}{ReadStartTime()}-socket");
                return File.Exists(path) ? path : null;
            }

            string[] found = Directory.GetFiles(directory, prefix + "*-socket");
            return found.Length == 1 ? found[0] : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static Stream Connect(string path, TimeSpan timeout)
    {
        if (OperatingSystem.IsWindows())
        {
            NamedPipeClientStream pipe = new(".", path, PipeDirection.InOut, PipeOptions.None);
            pipe.Connect(timeout);
            return pipe;
        }

        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string ReadStartTime()
    {
        string stat = File.ReadAllText("/proc/self/stat");

        // The second field is the command in parentheses and may contain spaces: count from its end.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[StartTimeField - 3];
    }
}
