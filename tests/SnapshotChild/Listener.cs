using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SnapshotChild;

/// <summary>Listens where a process's diagnostics endpoint would be, until its input ends; says what it heard.</summary>
internal static partial class Listener
{
    public static int Run(string path, uint user)
    {
        if (user != 0 && SetUser(user) != 0)
        {
            Console.WriteLine("cannot become that user");
            return 1;
        }

        // Open until the process ends.
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)511);
        }

        socket.Listen();
        Console.WriteLine("listening");
        Task<int> heard = AcceptAsync(socket);
        Console.ReadLine();
        Console.WriteLine(heard.IsCompleted ? $"heard {heard.Result} bytes" : "heard nothing");
        return 0;
    }

    private static async Task<int> AcceptAsync(Socket socket)
    {
        using Socket connection = await socket.AcceptAsync();
        return await connection.ReceiveAsync(new byte[1000]);
    }

    [LibraryImport("libc", EntryPoint = "setuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetUser(uint user);
}
