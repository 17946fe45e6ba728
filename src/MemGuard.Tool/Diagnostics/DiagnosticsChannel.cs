using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using MemGuard.Tool.Processes;

namespace MemGuard.Tool.Diagnostics;

/// <summary>Speaks to the diagnostics endpoint of another process of this user: who are you, and: run a startup hook.</summary>
/// <remarks>The protocol is the runtime's documented one (dotnet/diagnostics, documentation/design-docs/ipc-protocol.md).</remarks>
internal static class DiagnosticsChannel
{
    private const byte ProcessCommands = 4;
    private const byte ProcessInfo2 = 4;
    private const byte ApplyStartupHook = 7;
    private const byte ServerCommands = 255;
    private const byte Ok = 0;
    private const int HeaderBytes = 20;
    private const int LargestAnswer = 1 << 20;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static ReadOnlySpan<byte> Magic => "DOTNET_IPC_V1\0"u8;

    /// <returns>The endpoint as this process reaches it; null where there is none.</returns>
    public static string? Find(TargetProcess process)
    {
        string directory = process.Reach(process.Temporary);
        string pattern = string.Create(CultureInfo.InvariantCulture, $"dotnet-diagnostic-{process.InnerId}-*-socket");
        try
        {
            // The newest: an earlier process with the same id may have left its own.
            return Directory.EnumerateFiles(directory, pattern).OrderByDescending(File.GetLastWriteTimeUtc).FirstOrDefault();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Asks who is there.</summary>
    /// <exception cref="ToolException">There is no answer, or one that makes no sense.</exception>
    public static RuntimeInfo Ask(string endpoint)
    {
        Answer answer = new(Send(endpoint, ProcessInfo2, []));
        long processId = answer.ReadNumber();
        answer.Skip(16);
        return new RuntimeInfo(processId, answer.ReadText(), answer.ReadText(), answer.ReadText(), answer.ReadText(), answer.ReadText());
    }

    /// <summary>Runs a startup hook in the process. Deadly where the path or the file is wrong: <see cref="AttachCheck"/> comes before.</summary>
    /// <exception cref="ToolException">The process refused.</exception>
    public static void Apply(string endpoint, string hook)
    {
        byte[] text = Encoding.Unicode.GetBytes(hook + "\0");
        byte[] payload = new byte[sizeof(int) + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(payload, hook.Length + 1);
        text.CopyTo(payload, sizeof(int));
        Send(endpoint, ApplyStartupHook, payload);
    }

    /// <summary>A whole message.</summary>
    internal static byte[] Compose(byte command, ReadOnlySpan<byte> payload)
    {
        byte[] message = new byte[HeaderBytes + payload.Length];
        Magic.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        message[16] = ProcessCommands;
        message[17] = command;
        payload.CopyTo(message.AsSpan(HeaderBytes));
        return message;
    }

    private static byte[] Send(string endpoint, byte command, ReadOnlySpan<byte> payload)
    {
        try
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = (int)Timeout.TotalMilliseconds, ReceiveTimeout = (int)Timeout.TotalMilliseconds };
            socket.Connect(new UnixDomainSocketEndPoint(endpoint));
            using NetworkStream stream = new(socket);
            stream.Write(Compose(command, payload));
            byte[] header = new byte[HeaderBytes];
            stream.ReadExactly(header);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(14)) - HeaderBytes;
            if (!header.AsSpan().StartsWith(Magic) || length is < 0 or > LargestAnswer)
            {
                throw new ToolException("the process answered with something that is no answer of the .NET runtime");
            }

            byte[] answer = new byte[length];
            stream.ReadExactly(answer);
            return header[16] == ServerCommands && header[17] == Ok
                ? answer
                : throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"the process refused (error 0x{(length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(answer) : 0):X8})"));
        }
        catch (Exception exception) when (exception is SocketException or IOException or ArgumentException)
        {
            throw new ToolException($"the process does not answer at its diagnostics endpoint: {exception.Message}", exception);
        }
    }

    /// <summary>Walks through an answer's fields. Whatever the bytes are, it fails with a <see cref="ToolException"/> alone.</summary>
    private sealed class Answer(byte[] bytes)
    {
        private int _at;

        public void Skip(int count) => Take(count);

        public long ReadNumber() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

        public string ReadText()
        {
            int characters = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
            return characters is < 0 or > LargestAnswer / 2 ? throw Nonsense() : Encoding.Unicode.GetString(Take(characters * 2)).TrimEnd('\0');
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > bytes.Length - _at)
            {
                throw Nonsense();
            }

            _at += count;
            return bytes.AsSpan(_at - count, count);
        }

        private static ToolException Nonsense() => new("the process's answer is cut short");
    }
}
