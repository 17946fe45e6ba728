using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Finds and opens the diagnostics endpoint of the own process. Its name can be guessed, so whoever listens there must prove to be this process.</summary>
internal static partial class DiagnosticsSocket
{
    private const int StartTimeField = 22;
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int CredentialsBytes = 12;
    private const int LocalLevelOnMac = 0;
    private const int PeerProcessOnMac = 2;
    private static readonly string[] Switches = ["DOTNET_EnableDiagnostics", "DOTNET_EnableDiagnostics_IPC", "COMPlus_EnableDiagnostics", "COMPlus_EnableDiagnostics_IPC"];

    /// <returns>The endpoint's path; null when the runtime has not opened one, or what is there is not this user's.</returns>
    public static string? Find()
    {
        if (IsSwitchedOff())
        {
            return null;
        }

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
                return File.Exists(path) && FileOwner.IsSelf(path) ? path : null;
            }

            string[] found = Directory.GetFiles(directory, prefix + "*-socket");
            return found.Length == 1 ? found[0] : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Connects, and makes sure that this process is at the other end.</summary>
    /// <param name="path">The endpoint.</param>
    /// <param name="timeout">How long connecting and sending may take.</param>
    /// <exception cref="IOException">Another process listens there.</exception>
    public static Stream Connect(string path, TimeSpan timeout) => Connect(path, timeout, Environment.ProcessId);

    /// <inheritdoc cref="Connect(string, TimeSpan)"/>
    /// <param name="path">The endpoint.</param>
    /// <param name="timeout">How long connecting and sending may take.</param>
    /// <param name="expectedProcess">Who must be there.</param>
    internal static Stream Connect(string path, TimeSpan timeout, int expectedProcess)
    {
        if (OperatingSystem.IsWindows())
        {
            return ConnectPipe(path, timeout, expectedProcess);
        }

        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = (int)timeout.TotalMilliseconds };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            Check(FindPeer(socket), expectedProcess);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Read as the runtime reads them: hexadecimal numbers.
    private static bool IsSwitchedOff() =>
        Array.Exists(Switches, static name => uint.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint value) && value == 0);

    private static void Check(int? peer, int expectedProcess)
    {
        if (peer != expectedProcess)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"The diagnostics endpoint of this process is held by another one (id {peer}): nothing that it sends is believed."));
        }
    }

    // The kernel's word for who began to listen.
    private static int? FindPeer(Socket socket)
    {
        Span<byte> value = stackalloc byte[CredentialsBytes];
        int length = OperatingSystem.IsMacOS()
            ? socket.GetRawSocketOption(LocalLevelOnMac, PeerProcessOnMac, value)
            : socket.GetRawSocketOption(SocketLevel, PeerCredentials, value);
        return length < sizeof(int) ? null : BinaryPrimitives.ReadInt32LittleEndian(value);
    }

    private static NamedPipeClientStream ConnectPipe(string path, TimeSpan timeout, int expectedProcess)
    {
        NamedPipeClientStream pipe = new(".", path, PipeDirection.InOut, PipeOptions.None);
        try
        {
            pipe.Connect(timeout);
            uint peer = 0;
            Check(GetNamedPipeServerProcessId(pipe.SafePipeHandle, out peer) ? (int)peer : null, expectedProcess);
            return pipe;
        }
        catch
        {
            pipe.Dispose();
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

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetNamedPipeServerProcessId(SafePipeHandle pipe, out uint process);
}
