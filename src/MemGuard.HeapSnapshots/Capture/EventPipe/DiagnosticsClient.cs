using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The two commands of the runtime's diagnostics protocol that heap captures and allocation profiles need.</summary>
internal static class DiagnosticsClient
{
    private const byte EventPipeCommands = 0x02;
    private const byte StopTracing = 0x01;
    private const byte CollectTracing4 = 0x05;
    private const int HeaderBytes = 20;
    private const string RuntimeProvider = "Microsoft-Windows-DotNETRuntime";

    // GC, Type, GCHeapDump, GCHeapCollect, GCHeapAndTypeNames: enabling them runs a full collection and the walk before the reply.
    private const ulong HeapKeywords = 0x1980001;
    private const uint VerboseLevel = 5;
    private const uint NetTraceFormat = 1;

    private static ReadOnlySpan<byte> Magic => "DOTNET_IPC_V1\0"u8;

    /// <summary>Starts a session that walks the heap. When it returns the walk is over and waits in the runtime's buffer.</summary>
    /// <returns>The session's id; its events are read from <paramref name="stream"/>.</returns>
    public static ulong StartHeapWalk(Stream stream, uint bufferMegabytes) => Start(stream, new SessionRequest(HeapKeywords, VerboseLevel, bufferMegabytes));

    /// <summary>Starts a session with events of the runtime.</summary>
    /// <returns>The session's id; its events are read from <paramref name="stream"/>.</returns>
    public static ulong Start(Stream stream, SessionRequest request)
    {
        List<byte> body = [];
        AppendUInt32(body, request.BufferMegabytes);
        AppendUInt32(body, NetTraceFormat);
        AppendUInt64(body, request.RundownKeywords);
        body.Add(request.HasStacks ? (byte)1 : (byte)0);
        AppendUInt32(body, 1);
        AppendUInt64(body, request.Keywords);
        AppendUInt32(body, request.Level);
        AppendString(body, RuntimeProvider);
        AppendUInt32(body, 0);
        byte[] session = Send(stream, CollectTracing4, body);

        // Without its id the session could never be stopped.
        return session.Length >= sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(session) : throw NotAnAnswer();
    }

    public static void Stop(Stream stream, ulong sessionId)
    {
        List<byte> body = [];
        AppendUInt64(body, sessionId);
        Send(stream, StopTracing, body);
    }

    /// <returns>The content of the answer.</returns>
    private static byte[] Send(Stream stream, byte command, List<byte> body)
    {
        List<byte> message = [.. Magic];
        int size = HeaderBytes + body.Count;
        message.Add((byte)size);
        message.Add((byte)(size >> 8));
        message.Add(EventPipeCommands);
        message.Add(command);
        message.Add(0);
        message.Add(0);
        message.AddRange(body);
        stream.Write([.. message]);

        byte[] reply = new byte[HeaderBytes];
        stream.ReadExactly(reply);
        int replyBytes = BinaryPrimitives.ReadUInt16LittleEndian(reply.AsSpan(14));
        if (!reply.AsSpan().StartsWith(Magic) || replyBytes < HeaderBytes)
        {
            throw NotAnAnswer();
        }

        byte[] content = new byte[replyBytes - HeaderBytes];
        stream.ReadExactly(content);
        if (reply[17] != 0)
        {
            uint error = content.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(content) : 0;
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"The runtime refused the diagnostics command (0x{error:X8})."));
        }

        return content;
    }

    private static InvalidDataException NotAnAnswer() => new("What came back is no answer of the runtime's diagnostics protocol.");

    private static void AppendUInt32(List<byte> target, uint value)
    {
        for (int shift = 0; shift < 32; shift += 8)
        {
            target.Add((byte)(value >> shift));
        }
    }

    private static void AppendUInt64(List<byte> target, ulong value)
    {
        AppendUInt32(target, (uint)value);
        AppendUInt32(target, (uint)(value >> 32));
    }

    private static void AppendString(List<byte> target, string value)
    {
        AppendUInt32(target, (uint)value.Length + 1);
        target.AddRange(Encoding.Unicode.GetBytes(value + '\0'));
    }
}
