using System.Net.Sockets;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>Listens in place of the runtime and answers as the test says, each connection on a thread of its own.</summary>
internal sealed class FakeEndpoint : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Action<NetworkStream> _answer;

    public FakeEndpoint(string path, Action<NetworkStream> answer)
    {
        Path = path;
        _answer = answer;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public string Path { get; }

    /// <summary>Hears the command out, and says as the runtime that a session has begun.</summary>
    public static void Accept(NetworkStream stream)
    {
        byte[] command = new byte[20];
        stream.ReadExactly(command);
        stream.ReadExactly(new byte[command[14] + (command[15] << 8) - command.Length]);
        stream.Write([.. "DOTNET_IPC_V1\0"u8, 28, 0, 0xFF, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    }

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket connection = _listener.Accept();
                new Thread(() => Answer(connection)) { IsBackground = true }.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Answer(Socket connection)
    {
        using NetworkStream stream = new(connection, ownsSocket: true);
        try
        {
            _answer(stream);
        }
        catch (IOException)
        {
            // The other side has hung up, as it should.
        }
    }
}
